package io.holdfast.mesh.jmx;

import io.holdfast.config.core.JmxSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may come in by JMX. Passwords are compared one after the other, so that guessing is slow. */
public final class JmxUsers implements JMXAuthenticator {

  private static final Logger LOG = LoggerFactory.getLogger(JmxUsers.class);

  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_USERS = 100;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,31}");

  /** What a line of a users file has, in words. */
  static final String ALLOWED =
      "allowed is NAME ROLE HASH, as 'holdfast jmx user' prints it, each name once, at most "
          + MAX_USERS;

  private record User(JmxRole role, PasswordHash password) {}

  private final Map<String, User> users;

  /** What nobody's password is compared with: to be unknown takes as long as to be wrong. */
  private final PasswordHash nobody = PasswordHash.of("");

  private JmxUsers(Map<String, User> users) {
    this.users = Map.copyOf(users);
  }

  /** Whether a user may be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** One user, who may do everything. */
  static JmxUsers only(String name, String password) {
    return new JmxUsers(Map.of(name, new User(JmxRole.READWRITE, PasswordHash.of(password))));
  }

  /**
   * Those of a file.
   *
   * @throws WrongJmxSetting where it cannot be read, others than its owner may, or a line is wrong
   */
  static JmxUsers read(Path file) throws WrongJmxSetting {
    List<String> lines;
    try {
      if (PrivateFiles.isOpenToOthers(file)) {
        throw wrong(file, "allowed is a file of its owner alone; next: chmod 600 " + file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw wrong(file, "allowed are at most " + MAX_BYTES + " bytes");
      }
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw wrong(file, "allowed is a file that can be read; " + e);
    }
    Map<String, User> users = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        List<String> words = List.of(line.split("\\s+"));
        Optional<User> user = user(words);
        if (user.isEmpty()
            || users.put(words.get(0), user.get()) != null
            || users.size() > MAX_USERS) {
          throw wrong(file, "line " + (i + 1) + ": " + ALLOWED);
        }
      }
    }
    if (users.isEmpty()) {
      throw wrong(file, "it names nobody: " + ALLOWED);
    }
    return new JmxUsers(users);
  }

  private static Optional<User> user(List<String> words) {
    if (words.size() != 3 || !isName(words.get(0))) {
      return Optional.empty();
    }
    return JmxRole.ofCode(words.get(1))
        .flatMap(
            role -> PasswordHash.parse(words.get(2)).map(password -> new User(role, password)));
  }

  private static WrongJmxSetting wrong(Path file, String allowed) {
    return new WrongJmxSetting(JmxSettings.USERS_FILE, file, allowed);
  }

  /** Their names. */
  List<String> names() {
    return new ArrayList<>(users.keySet()).stream().sorted().toList();
  }

  @Override
  public synchronized Subject authenticate(Object credentials) {
    String name = "";
    String password = "";
    boolean given =
        credentials instanceof String[] both
            && both.length == 2
            && both[0] != null
            && both[1] != null;
    if (given) {
      name = ((String[]) credentials)[0];
      password = ((String[]) credentials)[1];
    }
    User user = users.get(name);
    // One that is too long takes as long as any other that is wrong.
    boolean tooLong = password.length() > PasswordHash.MAX_PASSWORD;
    String compared = tooLong ? password.substring(0, PasswordHash.MAX_PASSWORD) : password;
    boolean fits = (user == null ? nobody : user.password()).isOf(compared) && !tooLong;
    if (!given || user == null || !fits) {
      LOG.warn(
          "JMX: somebody was refused, as {}",
          !given ? "nobody" : isName(name) ? name : "a name that nobody has");
      throw new SecurityException(
          given
              ? "No user has this name and password."
              : "This node is managed by those only who give a user name and a password.");
    }
    LOG.info("JMX: {} came in, {}", name, user.role().code());
    return new Subject(true, Set.of(new JMXPrincipal(name), user.role()), Set.of(), Set.of());
  }
}

package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.TokenHash;
import java.security.SecureRandom;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast control token}. */
@Command(
    name = "token",
    description = {
      "Make a bearer token of 256 random bits.",
      "Standard output has the token and nothing else, so that it can go to a file; "
          + "what an access manifest has of it is told on standard error. It is kept "
          + "nowhere: what is lost is made anew."
    },
    footer = {"", "Example:", "  (umask 077; holdfast control token > admin.token)"})
final class ControlTokenVerb implements Verb {

  private static final int BYTES = 32;

  private final Console console;

  @Mixin private OutputOptions output = new OutputOptions();

  ControlTokenVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String hash = TokenHash.ofToken(token).text();
    if (output.json()) {
      console.json(Answers.object().put("ok", true).put("token", token).put("hash", hash));
    } else {
      console.out().println(token);
      console.err().println("for the tokens of a principal in an access manifest: " + hash);
    }
    return Exit.DONE.status();
  }
}

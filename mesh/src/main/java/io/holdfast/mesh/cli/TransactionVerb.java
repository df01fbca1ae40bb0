package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.http.TransactionForm;
import io.holdfast.mesh.http.WrongForm;
import io.holdfast.sync.core.Command.Transaction;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast txn}. */
@Command(
    name = "txn",
    description = {
      "Compare, and then do one list of operations or the other, as one step.",
      "Either a file of JSON as docs/HTTP.md describes it, or the options: where every --if holds,"
          + " what --put, --delete and --get say is done, in this order."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast txn move.json --json",
      "  holdfast txn --if balance/a=10 --put balance/a=7 --put balance/b=3",
      "  echo '{\"compare\":[{\"key\":\"lock\",\"present\":false}],",
      "         \"then\":[{\"put\":{\"key\":\"lock\",\"value\":\"me\"}}]}' | holdfast txn -"
    })
final class TransactionVerb implements Verb {

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE|-",
      description = "The transaction as JSON; - reads it from standard input.")
  private @Nullable String file;

  @Option(
      names = "--if",
      paramLabel = "KEY=VALUE",
      hideParamSyntax = true,
      description = "Only if the key has this value.")
  private List<String> equal = new ArrayList<>();

  @Option(names = "--if-absent", paramLabel = "KEY", description = "Only if there is no such key.")
  private List<String> absent = new ArrayList<>();

  @Option(
      names = "--put",
      paramLabel = "KEY=VALUE",
      hideParamSyntax = true,
      description = "Set a key. The first = ends the key.")
  private List<String> puts = new ArrayList<>();

  @Option(names = "--delete", paramLabel = "KEY", description = "Delete a key.")
  private List<String> deletes = new ArrayList<>();

  @Option(names = "--get", paramLabel = "KEY", description = "Read a key.")
  private List<String> gets = new ArrayList<>();

  @Mixin private MeshOptions mesh = new MeshOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();

  TransactionVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Transaction transaction = transaction();
    try (MeshClient client = mesh.connect(console)) {
      WriteRequest request = decision.request(client, mesh, transaction);
      return Answers.tellWrite(
          console, mesh, request.writeId().orElse(""), Answers.await(client.write(request)));
    }
  }

  private Transaction transaction() throws IOException {
    boolean inline =
        !(equal.isEmpty()
            && absent.isEmpty()
            && puts.isEmpty()
            && deletes.isEmpty()
            && gets.isEmpty());
    if (inline == (file != null)) {
      throw mesh.wrong("a FILE or options such as --put are needed, one of both");
    }
    if (file == null) {
      return inline();
    }
    ByteString text =
        file.equals("-")
            ? ByteString.readFrom(console.in())
            : ByteString.copyFrom(Files.readAllBytes(Path.of(file)));
    try {
      return TransactionForm.read(text);
    } catch (WrongForm wrong) {
      throw mesh.wrong(String.valueOf(wrong.getMessage()));
    }
  }

  private Transaction inline() {
    List<Comparison> conditions = new ArrayList<>();
    List<Operation> then = new ArrayList<>();
    equal.forEach(
        text ->
            conditions.add(
                pair(text, (key, value) -> Comparison.value(of(key), Relation.EQUAL, value))));
    absent.forEach(text -> conditions.add(Comparison.presence(of(key(text)), false)));
    puts.forEach(text -> then.add(pair(text, (key, value) -> new Operation.Put(key, value, 0))));
    deletes.forEach(text -> then.add(new Operation.Delete(of(key(text)))));
    Function<String, Operation> get =
        text -> new Operation.Read(of(key(text)), 1, ReadDetail.RECORDS);
    gets.forEach(text -> then.add(get.apply(text)));
    return new Transaction(conditions, then, List.of());
  }

  private interface OfPair<T> {
    T make(ByteString key, ByteString value);
  }

  private <T> T pair(String text, OfPair<T> make) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw mesh.wrong("'" + text + "': allowed is KEY=VALUE");
    }
    return make.make(
        key(text.substring(0, equals)), ByteString.copyFromUtf8(text.substring(equals + 1)));
  }

  private ByteString key(String text) {
    if (text.isEmpty()) {
      throw mesh.wrong("the key must not be empty");
    }
    return ByteString.copyFromUtf8(text);
  }

  private static KeyRange of(ByteString key) {
    return KeyRange.key(key);
  }
}

package io.holdfast.chaos.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.live.StormBook.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The accounts of a {@link TransferStorm}: opens them, and says at the end whether all is right.
 */
final class StormAccounts {

  private static final int OPENING = 1000;
  private static final String PREFIX = "account/";
  private static final int PAGE = 500;

  private final List<String> names;
  private final Supplier<? extends FrontDoor> door;
  private final Supplier<String> ids;
  private final Duration patience;
  private final List<String> failures = new ArrayList<>();

  /**
   * @param door a node that answers, such as the leader
   * @param ids fresh write ids
   * @param patience with each answer
   */
  StormAccounts(
      int count, Supplier<? extends FrontDoor> door, Supplier<String> ids, Duration patience) {
    names = IntStream.range(0, count).mapToObj(i -> PREFIX + i).toList();
    this.door = door;
    this.ids = ids;
    this.patience = patience;
  }

  List<String> names() {
    return names;
  }

  /** Opens all accounts in one step; none may be there yet. */
  void open(StormBook book) {
    int operation = book.opens(names, OPENING + "#opening").orElseThrow();
    // One condition for all: a transaction may have so many operations and no more.
    TransactionForm form = new TransactionForm().ifNoneBegins(PREFIX);
    for (String account : names) {
      form.put(account, OPENING + "#opening");
    }
    String id = ids.get();
    Answer opened =
        Waiting.forAnswer(
            "accounts opened",
            patience,
            () ->
                Optional.of(door.get().post("txn", form.json(), "Idempotency-Key", id))
                    .filter(answer -> TransactionForm.succeeded(answer).isPresent()));
    if (!TransactionForm.succeeded(opened).orElse(false)) {
      throw new IllegalStateException("there are accounts already: " + opened);
    }
    book.executed(operation, List.of());
  }

  /** Reads all accounts and all transfers' own keys; what does not fit with the book. */
  List<String> audit(StormBook book) {
    failures.addAll(book.complaints());
    auditAccounts(book);
    auditMarkers(book);
    return List.copyOf(failures);
  }

  private void auditAccounts(StormBook book) {
    int operation = book.reads("audit", names).orElseThrow();
    TransactionForm form = new TransactionForm();
    names.forEach(form::get);
    String id = ids.get();
    Answer read =
        Waiting.forAnswer(
            "a reading of all accounts",
            patience,
            () ->
                Optional.of(door.get().post("txn", form.json(), "Idempotency-Key", id))
                    .filter(answer -> TransactionForm.found(answer).size() == names.size()));
    List<Optional<String>> found = TransactionForm.found(read);
    book.executed(operation, found);
    Map<Integer, Fate> fates = book.fates();
    long total = 0;
    for (int i = 0; i < names.size(); i++) {
      String account = names.get(i);
      String value = found.get(i).orElse("0#nothing");
      long balance = StormBook.balance(value);
      total += balance;
      claim(
          balance == OPENING + book.moved(account),
          account
              + " holds "
              + value
              + "; the transfers that were done say "
              + (OPENING + book.moved(account)));
      String tag = value.substring(value.indexOf('#') + 1);
      claim(
          tag.equals("opening")
              || (tag.matches("\\d+") && fates.get(Integer.valueOf(tag)) == Fate.DONE),
          account + " holds " + value + ", of a transfer that was not done");
    }
    long expected = (long) OPENING * names.size();
    claim(total == expected, "the total is " + total + ", not " + expected);
  }

  private void auditMarkers(StormBook book) {
    Map<String, Long> versions = markers();
    book.fates()
        .forEach(
            (number, fate) -> {
              Long version = versions.remove("transfer/" + number);
              claim(fate != Fate.OPEN, "transfer " + number + " was never resolved");
              claim(
                  fate == Fate.OPEN || (version != null) == (fate == Fate.DONE),
                  "transfer " + number + " is " + fate + ", and its key has version " + version);
              claim(
                  version == null || version == 1,
                  "the key of transfer " + number + " was put " + version + " times");
            });
    claim(versions.isEmpty(), "keys of transfers that nobody made: " + versions);
  }

  /** The versions of all transfers' own keys. */
  private Map<String, Long> markers() {
    Map<String, Long> versions = new HashMap<>();
    String from = "transfer%2F";
    while (!from.isEmpty()) {
      // Up to the key after all that begin with "transfer/".
      String query = "keys?from=" + from + "&to=transfer0&limit=" + PAGE;
      Answer page =
          Waiting.forAnswer(
              "a page of transfers from " + from,
              patience,
              () ->
                  Optional.of(door.get().follow("/v1/groups/" + LiveMesh.GROUP + "/" + query))
                      .filter(Answer::isKnown));
      JsonNode json = page.json();
      if (!json.path("records").isArray()) {
        claim(false, "no list of transfers: " + page);
        return versions;
      }
      for (JsonNode record : json.path("records")) {
        versions.put(record.path("key").asText(), record.path("version").asLong());
      }
      from = json.path("more").asBoolean() ? json.path("next").asText() : "";
    }
    return versions;
  }

  private void claim(boolean holds, String what) {
    if (!holds) {
      failures.add(what);
    }
  }
}

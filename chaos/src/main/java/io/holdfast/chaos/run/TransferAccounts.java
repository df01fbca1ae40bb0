package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Moves amounts between accounts by transactions with write ids. Each transfer guards both accounts
 * by the values that it has read and puts a key of its own that must not be there yet.
 *
 * <p>At the end the total is what it was; every account holds what the transfers that were done
 * say, each counted once; a transfer's own key is there exactly if it was done, and was put once;
 * and none is open.
 */
final class TransferAccounts implements Workload {

  private static final int OPENING = 1000;
  private static final int PAGE = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String prefix;
  private final List<String> names;
  private final TransferBook book;

  /**
   * @param prefix of all keys
   * @param count 2 to 100: one transaction opens them, and one reads them all
   */
  TransferAccounts(RunLog log, String prefix, int count) {
    if (count < 2 || count > 100) {
      throw new IllegalArgumentException("accounts " + count + ": allowed is 2 to 100");
    }
    this.prefix = prefix + "account/";
    this.book = new TransferBook(log, prefix);
    this.names = IntStream.range(0, count).mapToObj(i -> this.prefix + i).toList();
  }

  @Override
  public Runnable client(Seat seat) {
    return new TransferClient(seat, book, names, PATIENCE)::turn;
  }

  /** Opens all accounts in one step; none may be there yet. */
  @Override
  public void open(Seat seat) {
    int operation = book.opens(names, OPENING + "#opening").orElseThrow();
    // One condition for all: a transaction may have so many operations and no more.
    TransactionForm form = new TransactionForm().ifNoneBegins(prefix);
    for (String account : names) {
      form.put(account, OPENING + "#opening");
    }
    String id = seat.ids().get();
    Answer opened =
        Waiting.forAnswer(
            "accounts opened",
            PATIENCE,
            () ->
                Optional.of(answer(seat, "txn", form.json(), "Idempotency-Key", id))
                    .filter(answer -> TransactionForm.succeeded(answer).isPresent()));
    if (!TransactionForm.succeeded(opened).orElse(false)) {
      throw new IllegalStateException("there are accounts already: " + opened);
    }
    book.executed(operation, List.of());
  }

  @Override
  public void audit(Seat seat) {
    auditAccounts(seat);
    auditMarkers(seat);
  }

  /** Asks one node after another, until one gives an answer that is wanted. */
  private static Answer answer(Seat seat, String path, String json, String... headers) {
    Answer answer = seat.here().post(path, json, headers);
    if (!answer.isKnown()) {
      seat.elsewhere();
    }
    return answer;
  }

  private void auditAccounts(Seat seat) {
    int operation = book.reads("audit", names).orElseThrow();
    TransactionForm form = new TransactionForm();
    names.forEach(form::get);
    String id = seat.ids().get();
    Answer read =
        Waiting.forAnswer(
            "a reading of all accounts",
            PATIENCE,
            () ->
                Optional.of(answer(seat, "txn", form.json(), "Idempotency-Key", id))
                    .filter(answer -> TransactionForm.found(answer).size() == names.size()));
    List<Optional<String>> found = TransactionForm.found(read);
    book.executed(operation, found);
    Map<Integer, WriteFate> fates = book.fates();
    long total = 0;
    for (int i = 0; i < names.size(); i++) {
      String account = names.get(i);
      String value = found.get(i).orElse("0#nothing");
      long balance = TransferBook.balance(value);
      total += balance;
      claim(
          seat,
          balance == OPENING + book.moved(account),
          account
              + " holds "
              + value
              + "; the transfers that were done say "
              + (OPENING + book.moved(account)));
      String tag = value.substring(value.indexOf('#') + 1);
      claim(
          seat,
          tag.equals("opening")
              || (tag.matches("\\d+") && fates.get(Integer.valueOf(tag)) == WriteFate.DONE),
          account + " holds " + value + ", of a transfer that was not done");
    }
    long expected = (long) OPENING * names.size();
    claim(seat, total == expected, "the total is " + total + ", not " + expected);
  }

  private void auditMarkers(Seat seat) {
    Map<String, Long> versions = markers(seat);
    book.fates()
        .forEach(
            (number, fate) -> {
              Long version = versions.remove(book.markers() + number);
              claim(seat, fate != WriteFate.OPEN, "transfer " + number + " was never resolved");
              String what =
                  "transfer " + number + " is " + fate + ", and its key has version " + version;
              if (fate == WriteFate.DONE && version == null) {
                seat.log().lost(1, what);
              }
              claim(
                  seat, fate == WriteFate.DONE || fate == WriteFate.OPEN || version == null, what);
              claim(
                  seat,
                  version == null || version == 1,
                  "the key of transfer " + number + " was put " + version + " times");
            });
    claim(seat, versions.isEmpty(), "keys of transfers that nobody made: " + versions);
  }

  /** The versions of all transfers' own keys. */
  private Map<String, Long> markers(Seat seat) {
    Map<String, Long> versions = new HashMap<>();
    String begin = book.markers().substring(0, book.markers().length() - 1);
    String from = encoded(begin + "/");
    // Up to the key after all that begin so.
    String to = encoded(begin + "0");
    while (!from.isEmpty()) {
      String query = "keys?from=" + from + "&to=" + to + "&limit=" + PAGE;
      Answer page =
          Waiting.forAnswer(
              "a page of transfers from " + from,
              PATIENCE,
              () ->
                  Optional.of(seat.here().follow(seat.here().groupPath() + query))
                      .filter(Answer::isKnown));
      JsonNode json = page.json();
      if (!json.path("records").isArray()) {
        claim(seat, false, "no list of transfers: " + page);
        return versions;
      }
      for (JsonNode record : json.path("records")) {
        versions.put(record.path("key").asText(), record.path("version").asLong());
      }
      from = json.path("more").asBoolean() ? json.path("next").asText() : "";
    }
    return versions;
  }

  /** As in a query. */
  static String encoded(String key) {
    return key.replace("/", "%2F");
  }

  private static void claim(Seat seat, boolean holds, String what) {
    if (!holds) {
      seat.log().complain(what);
    }
  }
}

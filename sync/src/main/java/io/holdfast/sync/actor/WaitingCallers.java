package io.holdfast.sync.actor;

import io.holdfast.sync.core.ReplicaEffect;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for an answer of a cache-owner, by the token under which the core was asked. A token
 * names one caller; every caller is answered once, at the latest when the cache-owner ends.
 */
final class WaitingCallers {

  private final Map<Long, CompletableFuture<AdmitReply>> admissions = new HashMap<>();
  private final Map<Long, CompletableFuture<QueryReply>> queries = new HashMap<>();
  private final Map<Long, CompletableFuture<ChangesReply>> watches = new HashMap<>();
  private final Map<Long, CompletableFuture<LookupReply>> lookups = new HashMap<>();
  private long lastToken;

  long admission(CompletableFuture<AdmitReply> reply) {
    return waits(admissions, reply);
  }

  long query(CompletableFuture<QueryReply> reply) {
    return waits(queries, reply);
  }

  long watch(CompletableFuture<ChangesReply> reply) {
    return waits(watches, reply);
  }

  long lookup(CompletableFuture<LookupReply> reply) {
    return waits(lookups, reply);
  }

  private <T> long waits(Map<Long, CompletableFuture<T>> waiting, CompletableFuture<T> reply) {
    long token = ++lastToken;
    waiting.put(token, reply);
    return token;
  }

  /** Hands an answer on; false for an effect that is none. */
  boolean answer(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Admitted admitted) {
      complete(admissions, admitted.token(), new AdmitReply.Admitted(admitted.entry()));
    } else if (effect instanceof ReplicaEffect.AdmissionRecorded recorded) {
      complete(admissions, recorded.token(), new AdmitReply.Recorded(recorded.outcome()));
    } else if (effect instanceof ReplicaEffect.AdmissionRefused refused) {
      complete(
          admissions, refused.token(), new AdmitReply.Refused(refused.code(), refused.detail()));
    } else if (effect instanceof ReplicaEffect.QueryAnswer answer) {
      complete(queries, answer.token(), new QueryReply.Answered(answer.result(), answer.applied()));
    } else if (effect instanceof ReplicaEffect.LookupAnswer answer) {
      complete(lookups, answer.token(), new LookupReply.Known(answer.lookup(), answer.applied()));
    } else if (effect instanceof ReplicaEffect.ChangesAnswer answer) {
      complete(
          watches,
          answer.token(),
          new ChangesReply.Next(answer.changes(), answer.nextPlace(), answer.revision()));
    } else if (effect instanceof ReplicaEffect.ChangesCompacted compacted) {
      complete(watches, compacted.token(), new ChangesReply.Compacted(compacted.oldest()));
    } else if (effect instanceof ReplicaEffect.ReadRefused refused) {
      complete(queries, refused.token(), new QueryReply.Refused(refused.reason()));
      complete(lookups, refused.token(), new LookupReply.Refused(refused.reason()));
      complete(watches, refused.token(), new ChangesReply.Refused(refused.reason()));
    } else {
      return false;
    }
    return true;
  }

  private static <T> void complete(Map<Long, CompletableFuture<T>> waiting, long token, T reply) {
    CompletableFuture<T> asked = waiting.remove(token);
    if (asked != null) {
      asked.complete(reply);
    }
  }

  /** Nobody will be answered any more. */
  void fail(Throwable cause) {
    admissions.values().forEach(reply -> reply.completeExceptionally(cause));
    queries.values().forEach(reply -> reply.completeExceptionally(cause));
    watches.values().forEach(reply -> reply.completeExceptionally(cause));
    lookups.values().forEach(reply -> reply.completeExceptionally(cause));
  }
}

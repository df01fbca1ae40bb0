package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.SnapshotMessage;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.VersionedValue;
import java.util.Optional;

/** Messages in few words, for transcripts. */
final class Words {

  private Words() {}

  /** A key, or a range of keys. */
  static String of(KeyRange keys) {
    return keys.isSingle()
        ? keys.from().toStringUtf8()
        : "[%s, %s)".formatted(keys.from().toStringUtf8(), keys.to().toStringUtf8());
  }

  /** A read of keys. */
  static String of(ReadQuery query) {
    String revision =
        query.revision().isPresent() ? " at revision " + query.revision().getAsLong() : "";
    return "%s of %s%s, %d at most"
        .formatted(query.detail(), of(query.keys()), revision, query.limit());
  }

  /** What a read gives. */
  static String of(ReadResult result) {
    if (!(result instanceof ReadResult.Records found)) {
      return result.toString();
    }
    return "%s%s %d%s at revision %d"
        .formatted(
            found.records().stream()
                .map(record -> record.key().toStringUtf8() + "=" + of(record.value()))
                .toList(),
            found.more() ? " and more," : "",
            found.count(),
            found.countIsLeast() ? " at least" : "",
            found.revision());
  }

  /** A record. */
  static String of(VersionedValue record) {
    return "%s@%d/%d#%d%s"
        .formatted(
            record.value().toStringUtf8(),
            record.createRevision(),
            record.modRevision(),
            record.version(),
            record.lease() == 0 ? "" : "~" + record.lease());
  }

  /** A record, if there is one. */
  static String of(Optional<VersionedValue> record) {
    return record.map(Words::of).orElse("nothing");
  }

  static String of(Envelope envelope) {
    Body body = envelope.body();
    if (body instanceof ToAcceptor message) {
      return of(message.request());
    } else if (body instanceof ToCoordinator message) {
      return of(message.reply());
    } else if (body instanceof BetweenCoordinators message) {
      return of(message.message());
    } else if (body instanceof BetweenReplicas message) {
      return of(message.message());
    } else if (body instanceof Envelope.Greet greet) {
      return "Greet boot " + greet.bootCount();
    } else if (body instanceof Envelope.Forward forward) {
      return "Forward %d, hop %d: %s"
          .formatted(forward.token(), forward.hops(), of(forward.request()));
    } else if (body instanceof Envelope.ForwardedWriteAnswer answer) {
      return "Answer to %d: %s".formatted(answer.token(), answer.answer().code().code());
    } else if (body instanceof Envelope.ForwardedReadAnswer answer) {
      return "Answer to %d: %s".formatted(answer.token(), of(answer.answer()));
    }
    return body.toString();
  }

  static String of(Envelope.Request request) {
    if (request instanceof Envelope.Request.Write write) {
      return "write of " + CommandCodec.decode(write.command()).id();
    }
    if (request instanceof Envelope.Request.Query query) {
      return query.query() instanceof ReadQuery keys ? of(keys) : query.query().toString();
    }
    return request instanceof Envelope.Request.Read read
        ? "read of " + read.key().toStringUtf8()
        : request.toString();
  }

  static String of(ReadAnswer answer) {
    if (answer instanceof ReadAnswer.Found found) {
      return "%s, revision %d, at slot %d"
          .formatted(found.value().toStringUtf8(), found.modRevision(), found.at().slot());
    }
    if (answer instanceof ReadAnswer.Absent absent) {
      return "nothing, at slot " + absent.at().slot();
    } else if (answer instanceof ReadAnswer.Listed listed) {
      return "%d of %d records, revision %d, at slot %d"
          .formatted(
              listed.keys().records().size(),
              listed.keys().count(),
              listed.keys().revision(),
              listed.at().slot());
    }
    return answer instanceof ReadAnswer.Refused refused ? refused.code().code() : answer.toString();
  }

  static String of(AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Accept accept) {
      return "Accept slot %s ballot %s %s, chosen %s"
          .formatted(accept.slot(), accept.ballot(), accept.batch(), accept.chosenUpTo());
    }
    if (request instanceof AcceptorRequest.Prepare prepare) {
      return "Prepare ballot %s from slot %s".formatted(prepare.ballot(), prepare.fromSlot());
    }
    return request.toString();
  }

  static String of(AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Accepted accepted) {
      return "Accepted slot %s ballot %s %s"
          .formatted(accepted.slot(), accepted.ballot(), accepted.digest().shortHex());
    }
    if (reply instanceof AcceptorReply.Promised promised) {
      return "Promised ballot %s from slot %s, learned %s, accepted %s%s"
          .formatted(
              promised.ballot(),
              promised.fromSlot(),
              promised.learnedUpTo(),
              promised.accepted().stream()
                  .map(pair -> pair.slot() + "@" + pair.ballot() + "=" + pair.batch())
                  .toList(),
              promised.last() ? "" : ", more follows");
    }
    return reply.toString();
  }

  static String of(CoordinatorMessage message) {
    if (message instanceof CoordinatorMessage.Heartbeat beat) {
      return "Heartbeat ballot %s chosen %s trim %s"
          .formatted(beat.ballot(), beat.chosenUpTo(), beat.trimUpTo());
    }
    if (message instanceof CoordinatorMessage.Alive alive) {
      return "Alive learned " + alive.state().learnedUpTo();
    }
    return message.toString();
  }

  static String of(SyncMessage message) {
    if (message instanceof SyncMessage.Fetched fetched) {
      return "Fetched from slot %s: %d batches, learned %s%s"
          .formatted(
              fetched.fromSlot(),
              fetched.pairs().size(),
              fetched.learnedUpTo(),
              fetched.trimmed() ? ", trimmed" : "");
    }
    if (message instanceof SnapshotMessage.Chunk chunk) {
      return "Chunk %d of session %d: %d bytes%s"
          .formatted(
              chunk.index(), chunk.session(), chunk.bytes().size(), chunk.last() ? ", last" : "");
    }
    return message.toString();
  }
}

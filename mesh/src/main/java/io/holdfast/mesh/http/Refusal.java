package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.sync.core.RequestTrace;
import java.util.Optional;

/**
 * A request that is refused, for the log.
 *
 * @param code an outcome's, or {@link Problem#INTERNAL}
 * @param detail what the client is told
 * @param writeId the write concerned; empty for none
 * @param trace what the request is called
 * @param group the group that was asked, where the request names one
 * @param shown what the client shows of itself, which is never logged; absent where that is in no
 *     form that is taken
 * @param planned whether it was only asked what would become of the request
 */
record Refusal(
    String code,
    String detail,
    String writeId,
    RequestTrace trace,
    Optional<GroupId> group,
    Optional<Credentials> shown,
    boolean planned) {}

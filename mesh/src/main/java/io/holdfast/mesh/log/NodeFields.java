package io.holdfast.mesh.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import net.logstash.logback.composite.AbstractJsonProvider;

/**
 * Fields of a JSON line for {@code logback.xml}: whose line it is, by {@link LogIdentity}, and of a
 * failure as much as a text line has ({@code %ex{short}}). The encoder's own patterns would do, but
 * those of its release do not work with this release of logback.
 */
public final class NodeFields extends AbstractJsonProvider<ILoggingEvent> {

  private static final List<String> NAMES = List.of("node", "mesh");

  private final ThrowableProxyConverter failure = new ThrowableProxyConverter();

  /** For logback. */
  public NodeFields() {}

  @Override
  public void start() {
    failure.setContext(getContext());
    failure.setOptionList(List.of("short"));
    failure.start();
    super.start();
  }

  @Override
  public void writeTo(JsonGenerator json, ILoggingEvent event) throws IOException {
    for (String name : NAMES) {
      String value = getContext().getProperty(name);
      if (value != null) {
        json.writeStringField(name, value);
      }
    }
    if (event.getThrowableProxy() != null) {
      json.writeStringField("stackTrace", failure.convert(event));
    }
  }
}

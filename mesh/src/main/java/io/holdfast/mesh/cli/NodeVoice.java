package io.holdfast.mesh.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node says beside its log: that it serves, and why it does not. Where lines of the log are
 * JSON it says so there, so that whoever reads the node's output reads nothing else.
 */
final class NodeVoice {

  private static final Logger LOG = LoggerFactory.getLogger(NodeVoice.class);

  private final Console console;
  private final boolean logs;

  /**
   * @param json whether lines of the log are JSON
   */
  NodeVoice(Console console, boolean json) {
    this.console = console;
    this.logs = json && LOG.isErrorEnabled(); // a log that is off hides no reason
  }

  void say(String sentence) {
    if (logs) {
      LOG.info("{}", sentence);
    } else {
      console.out().println(sentence);
      console.out().flush();
    }
  }

  /** One of several things that are wrong; {@link #fail} sums them up. */
  void complain(String line) {
    if (logs) {
      LOG.error("{}", line);
      int unused = console.failed(Exit.CONFIGURATION, line);
    } else {
      console.complain(line);
    }
  }

  int fail(Exit exit, String sentence) {
    if (logs) {
      LOG.error("{}", sentence);
      return console.failed(exit, sentence);
    }
    return console.fail(exit, sentence);
  }
}

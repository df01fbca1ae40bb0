package io.holdfast.mesh.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A file of the status page, as it lies in the jar.
 *
 * @param name below {@code holdfast/page}, as {@code page.css}
 * @param type its media type
 * @param tag its entity tag: a hash of what is in it, in quotation marks
 * @param content what is in it
 */
record PageFile(String name, String type, String tag, Buffer content) {

  private static final String FOLDER = "/holdfast/page/";
  private static final int TAG_DIGITS = 32;

  /** Reads one; that it is missing is a fault of the build. */
  static PageFile read(String name) {
    try (InputStream stream = PageFile.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + FOLDER + name + " is missing from the jar");
      }
      byte[] bytes = stream.readAllBytes();
      return new PageFile(name, typeOf(name), tagOf(bytes), Buffer.buffer(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, with another text in the place of one that is there once; its tag is another. */
  PageFile with(String text, String by) {
    String whole = content.toString(StandardCharsets.UTF_8);
    int at = whole.indexOf(text);
    if (at < 0 || whole.indexOf(text, at + 1) >= 0) {
      throw new IllegalStateException(name + " has '" + text + "' not once");
    }
    byte[] bytes =
        (whole.substring(0, at) + by + whole.substring(at + text.length()))
            .getBytes(StandardCharsets.UTF_8);
    return new PageFile(name, type, tagOf(bytes), Buffer.buffer(bytes));
  }

  private static String typeOf(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalStateException(name + " is of no type that the page is made of");
    };
  }

  private static String tagOf(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\"" + HexFormat.of().formatHex(hash).substring(0, TAG_DIGITS) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a value of {@code If-None-Match} names what is in it. */
  boolean isNamedBy(String condition) {
    for (String one : condition.split(",", -1)) {
      String named = one.strip();
      if (named.equals("*") || named.equals(tag) || named.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}

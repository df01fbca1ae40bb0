package io.holdfast.chaos.report;

import io.holdfast.chaos.report.TimelineLayout.Bar;
import java.util.List;

/**
 * The timeline as SVG: a lane for each client, a bar for each operation, from its invocation to its
 * return. On a screen it scrolls sideways; on paper it is broken into lines, like a score.
 */
final class TimelineDrawing {

  private static final int LANE = 30;
  private static final int BAR = 20;
  private static final int TOP = 6;

  /** Letters of a client's name. */
  private static final int NAME = 9;

  /** How far left of its first bar a drawing begins, in pixels. */
  private static final int MARGIN = 4;

  /** How wide a line of paper is, beside the names of the lanes: A4 has room for it as it is. */
  private static final int PAPER = 620;

  private final TimelineLayout layout;
  private final Markup page;

  TimelineDrawing(TimelineLayout layout, Markup page) {
    this.layout = layout;
    this.page = page;
  }

  private int height() {
    return TOP + layout.lanes().size() * LANE;
  }

  private int width() {
    return layout.width() + 2 * MARGIN;
  }

  void write() {
    hatch();
    page.open("div", "class", "timeline screen");
    lanes();
    page.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Timeline");
    page.open(
        "svg",
        "role",
        "img",
        "aria-label",
        "Timeline of the operations in the table below",
        "width",
        px(width()),
        "height",
        px(height()),
        "viewBox",
        box(-MARGIN, width()));
    page.open("g", "id", "timeline");
    for (int lane = 0; lane < layout.lanes().size(); lane++) {
      line("rule", -MARGIN, y(lane) + LANE - 2, layout.width() + MARGIN);
    }
    layout.bars().forEach(this::bar);
    page.close().close().close().close();
    page.open("div", "class", "timeline paper", "aria-hidden", "true");
    List<Integer> breaks = layout.breaks(PAPER);
    for (int i = 0; i + 1 < breaks.size(); i++) {
      int from = breaks.get(i) - MARGIN;
      boolean last = i + 2 == breaks.size();
      int width = breaks.get(i + 1) + (last ? MARGIN : -MARGIN) - from;
      page.open("div", "class", "stave");
      lanes();
      page.open("svg", "width", px(width), "height", px(height()), "viewBox", box(from, width));
      page.leaf("use", "", "href", "#timeline").close().close();
    }
    page.close();
  }

  private String box(int from, int width) {
    return from + " 0 " + width + " " + height();
  }

  /** The names of lanes stand beside the scroller, so that they stay. */
  private void lanes() {
    int letters =
        layout.lanes().stream().mapToInt(lane -> Math.min(NAME, lane.length())).max().orElse(0);
    String width = px(12 + 7 * letters);
    page.open(
        "svg", "class", "lanes", "width", width, "height", px(height()), "aria-hidden", "true");
    for (int lane = 0; lane < layout.lanes().size(); lane++) {
      String name = layout.lanes().get(lane);
      boolean again = lane > 0 && name.equals(layout.lanes().get(lane - 1));
      if (!again) {
        page.leaf("text", Wording.bounded(name, NAME), "x", "0", "y", px(y(lane) + 14));
      }
    }
    page.close();
  }

  /** What tells those without a place from the others, also without colour. */
  private void hatch() {
    // In a drawing of its own: patterns of one that is not shown are not painted elsewhere.
    page.open("svg", "class", "defs", "width", "0", "height", "0", "aria-hidden", "true");
    page.open("defs");
    page.open(
        "pattern",
        "id",
        "hatch",
        "width",
        "6",
        "height",
        "6",
        "patternUnits",
        "userSpaceOnUse",
        "patternTransform",
        "rotate(45)");
    page.leaf("rect", "", "class", "ground", "width", "6", "height", "6");
    page.leaf("line", "", "class", "hatching", "x1", "0", "y1", "0", "x2", "0", "y2", "6");
    page.close().close().close();
  }

  private void bar(Bar bar) {
    int y = y(bar.lane());
    int width = Math.max(4, bar.right() - bar.left());
    boolean ended = bar.line().returned().isPresent();
    page.open("g", "class", "operation " + role(bar) + (ended ? "" : " endless"));
    page.leaf("title", bar.line().process() + ": " + Wording.bounded(bar.line().what()));
    if (ended) {
      page.leaf(
          "rect",
          "",
          "x",
          px(bar.left()),
          "y",
          px(y),
          "width",
          px(width),
          "height",
          px(BAR),
          "rx",
          "2");
    } else {
      // Open at its right end: it was never answered.
      String path = "M" + bar.right() + "," + y + "H" + bar.left() + "v" + BAR + "H" + bar.right();
      page.leaf("path", "", "d", path);
    }
    page.leaf("text", bar.label(), "x", px(bar.left() + 6), "y", px(y + 14)).close();
  }

  private static String role(Bar bar) {
    return switch (bar.line().role()) {
      case "placed" -> "placed";
      case "failing" -> "failing";
      default -> "unplaced";
    };
  }

  private void line(String style, int from, int y, int to) {
    page.leaf("line", "", "class", style, "x1", px(from), "x2", px(to), "y1", px(y), "y2", px(y));
  }

  private static int y(int lane) {
    return TOP + lane * LANE;
  }

  private static String px(int pixels) {
    return String.valueOf(pixels);
  }
}

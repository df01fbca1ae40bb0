package io.holdfast.chaos.report;

/**
 * A table with a caption, heads of columns and heads of rows, in a scroller of its own: a narrow
 * screen scrolls the table, never the page.
 */
final class Grid {

  /** Columns that a phone has room for. */
  private static final int NARROW = 4;

  private final Markup page;

  /** Begins the table; a head that ends in "#" is one of numbers. */
  Grid(Markup page, String caption, String... heads) {
    this.page = page;
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    if (heads.length > NARROW) {
      page.open("table", "class", "wide");
    } else {
      page.open("table");
    }
    page.leaf("caption", caption).open("thead").open("tr");
    for (String head : heads) {
      if (head.endsWith("#")) {
        String name = head.substring(0, head.length() - 1);
        page.leaf("th", name, "scope", "col", "class", "number");
      } else {
        page.leaf("th", head, "scope", "col");
      }
    }
    page.close().close().open("tbody");
  }

  /** Begins a row; {@code style} is its class, or nothing. */
  Grid row(String style) {
    if (style.isEmpty()) {
      page.open("tr");
    } else {
      page.open("tr", "class", style);
    }
    return this;
  }

  /** The cell that names the row. */
  Grid head(String text) {
    page.leaf("th", Wording.bounded(text), "scope", "row");
    return this;
  }

  Grid cell(String text) {
    page.leaf("td", Wording.bounded(text));
    return this;
  }

  Grid cell(String text, String style) {
    page.leaf("td", Wording.bounded(text), "class", style);
    return this;
  }

  Grid number(String text) {
    return cell(text, "number");
  }

  /** Ends the row. */
  Grid end() {
    page.close();
    return this;
  }

  /** Ends the table. */
  void done() {
    page.close().close().close();
  }
}

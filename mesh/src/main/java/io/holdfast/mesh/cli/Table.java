package io.holdfast.mesh.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns of text, aligned by the widest cell; numbers to the right. */
final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  private Table() {}

  /** A table with a heading over each column. */
  static Table of(String... headings) {
    Table table = new Table();
    List<String> cells = new ArrayList<>();
    for (String heading : headings) {
      cells.add(heading.toUpperCase(Locale.ROOT));
    }
    table.rows.add(cells);
    return table;
  }

  /** Adds a row with one cell per column. */
  Table row(Object... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + rows.get(0).size() + " columns");
    }
    List<String> texts = new ArrayList<>();
    for (Object cell : cells) {
      texts.add(String.valueOf(cell));
    }
    rows.add(texts);
    return this;
  }

  /** Prints the heading and all rows. */
  void print(PrintStream out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      numeric[column] = rows.size() > 1;
      for (int row = 0; row < rows.size(); row++) {
        String cell = rows.get(row).get(column);
        widths[column] = Math.max(widths[column], cell.length());
        numeric[column] &= row == 0 || cell.matches("-|[\\d.,]+");
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        line.append(numeric[column] ? padding + cell : cell + padding).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}

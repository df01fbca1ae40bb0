package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.Setup;

/** How to run it again, what was run, and whose work the page carries. */
final class SetupSection {

  private SetupSection() {}

  static void write(Setup setup, Markup page) {
    page.open("section", "aria-labelledby", "again").leaf("h2", "Run it again", "id", "again");
    page.open("pre", "tabindex", "0").leaf("code", setup.command()).close();
    page.leaf(
        "p",
        "The seed fixes the schedule of faults and what clients ask. Processes and disks keep"
            + " their own time, so a second run is alike, not the same.");
    page.open("dl", "class", "setup");
    entry(page, "Holdfast", setup.version());
    entry(page, "Started", setup.started());
    entry(page, "Nodes", Wording.count(setup.nodes()));
    entry(page, "W", setup.w() == 0 ? "not known to the run" : Wording.count(setup.w()));
    entry(page, "Seed", String.valueOf(setup.seed()));
    entry(page, "Length", Wording.length(setup.length()));
    entry(page, "Workload", setup.workload());
    entry(page, "Clients", Wording.count(setup.clients()));
    setup.seededFault().ifPresent(fault -> entry(page, "Broken on purpose", fault));
    page.close().close();
  }

  static void footer(PlottingLibrary library, Markup page) {
    page.open("footer").open("details");
    page.leaf("summary", "Plots are drawn with D3 " + library.version() + " (ISC License)");
    page.leaf("pre", library.licence()).close().close();
  }

  private static void entry(Markup page, String name, String value) {
    page.open("div").leaf("dt", name).leaf("dd", Wording.bounded(value)).close();
  }
}

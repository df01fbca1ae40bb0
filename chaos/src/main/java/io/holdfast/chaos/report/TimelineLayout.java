package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the bars of a timeline stand. Time runs from left to right, but not evenly: what counts is
 * which event came before which, so each bar is given the room that its words need.
 *
 * @param bars in the order of invocation
 * @param lanes the process of each lane, from the top
 * @param width of all, in pixels
 */
record TimelineLayout(List<Bar> bars, List<String> lanes, int width) {

  /** Between two events that follow each other. */
  private static final int STEP = 16;

  /** Of a letter of the labels, which all have the same width. */
  private static final double LETTER = 6.7;

  private static final int PADDING = 14;

  /** Longer words are cut here; the table beside the timeline has them whole. */
  private static final int LETTERS = 34;

  /**
   * An operation in its place.
   *
   * @param label its place in the order or its mark, and what it was
   * @param lane from 0
   * @param left where it is invoked
   * @param right where it returned, or the end of the timeline
   */
  record Bar(Line line, String label, int lane, int left, int right) {}

  static TimelineLayout of(List<Line> lines) {
    List<Line> byInvocation =
        lines.stream().sorted(Comparator.comparingInt(Line::invoked)).toList();
    Map<Integer, Integer> places = places(byInvocation);
    int end = places.values().stream().max(Comparator.naturalOrder()).orElse(0) + STEP;
    for (Line line : byInvocation) {
      end = Math.max(end, left(places, line) + room(line));
    }
    List<Bar> bars = new ArrayList<>();
    List<String> lanes = new ArrayList<>();
    Map<Integer, Integer> free = new HashMap<>();
    for (Map.Entry<String, List<Line>> process : byProcess(byInvocation).entrySet()) {
      int first = lanes.size();
      for (Line line : process.getValue()) {
        int left = left(places, line);
        int lane = first;
        while (lane < lanes.size() && free.getOrDefault(lane, 0) > left) {
          lane++;
        }
        if (lane == lanes.size()) {
          lanes.add(process.getKey());
        }
        int right = line.returned().map(at -> places.getOrDefault(at, 0)).orElse(end);
        free.put(lane, right);
        bars.add(new Bar(line, label(line), lane, left, right));
      }
    }
    bars.sort(Comparator.comparingInt(bar -> bar.line().invoked()));
    return new TimelineLayout(List.copyOf(bars), List.copyOf(lanes), end);
  }

  /**
   * Where to break the drawing into lines of at most {@code most} pixels: before a bar, and through
   * no words where that can be had.
   *
   * @return the beginnings of the lines, and the end of the last
   */
  List<Integer> breaks(int most) {
    List<Integer> breaks = new ArrayList<>(List.of(0));
    int from = 0;
    while (width - from > most) {
      int begin = from;
      int next =
          bars.stream()
              .map(Bar::left)
              .filter(left -> left > begin + most / 2 && left <= begin + most)
              .filter(
                  left -> bars.stream().noneMatch(bar -> bar.left() < left && words(bar) > left))
              .max(Comparator.naturalOrder())
              .orElse(begin + most);
      breaks.add(next);
      from = next;
    }
    breaks.add(width);
    return breaks;
  }

  private static int words(Bar bar) {
    return bar.left() + room(bar.line());
  }

  /** The place of each event: after the one before, and far enough for the words of what ends. */
  private static Map<Integer, Integer> places(List<Line> lines) {
    TreeSet<Integer> events = new TreeSet<>();
    Map<Integer, List<Line>> ending = new HashMap<>();
    for (Line line : lines) {
      events.add(line.invoked());
      line.returned()
          .ifPresent(
              at -> {
                events.add(at);
                ending.computeIfAbsent(at, unseen -> new ArrayList<>()).add(line);
              });
    }
    Map<Integer, Integer> places = new HashMap<>();
    int place = -STEP;
    for (int event : events) {
      place += STEP;
      for (Line line : ending.getOrDefault(event, List.of())) {
        place = Math.max(place, left(places, line) + room(line));
      }
      places.put(event, place);
    }
    return places;
  }

  private static int left(Map<Integer, Integer> places, Line line) {
    return places.getOrDefault(line.invoked(), 0);
  }

  private static int room(Line line) {
    return (int) Math.ceil(label(line).length() * LETTER) + PADDING;
  }

  private static String label(Line line) {
    String mark =
        line.role().equals("failing") ? "✗ " : line.order().map(place -> place + " ").orElse("");
    return mark + Wording.bounded(line.what(), LETTERS);
  }

  /** Processes by name, numbers by value. */
  private static Map<String, List<Line>> byProcess(List<Line> lines) {
    Comparator<String> byLength = Comparator.comparingInt(String::length);
    Map<String, List<Line>> processes =
        new TreeMap<>(byLength.thenComparing(Comparator.naturalOrder()));
    for (Line line : lines) {
      processes.computeIfAbsent(line.process(), unseen -> new ArrayList<>()).add(line);
    }
    return processes;
  }
}

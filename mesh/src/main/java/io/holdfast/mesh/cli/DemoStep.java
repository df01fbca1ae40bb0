package io.holdfast.mesh.cli;

/**
 * What a step of the demo showed.
 *
 * @param name one word, or several joined by dashes
 * @param ok whether what it claims held
 * @param detail what was seen, in one line
 */
public record DemoStep(String name, boolean ok, String detail) {}

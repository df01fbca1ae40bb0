package io.holdfast.chaos.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a mesh of node processes on this machine: on a class one for all its tests, on a method
 * one for that test alone. A test, its constructor and its lifecycle methods may take as parameters
 *
 * <ul>
 *   <li>{@link MeshEndpoints}, or a {@code List<URI>}: where the nodes listen for clients;
 *   <li>{@link io.holdfast.mesh.client.MeshClient}: a client of all of them, closed with the mesh;
 *   <li>{@link Faults}: what can be done to the nodes.
 * </ul>
 *
 * <p>{@link Partition}, {@link Pause} and {@link Kill} break something right before a test method
 * runs. After it, whoever broke it, all faults are undone, all nodes run, they agree on a leader
 * and hold the same; a test after which that cannot be had fails, and says what is wrong.
 *
 * <p>Ports are free ones, so classes may run in parallel; tests of one mesh take turns. The nodes
 * end in any case, with this process at the latest, however that ends; their directory is deleted
 * with the mesh.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(HoldfastMeshExtension.class)
public @interface HoldfastMesh {

  /** How many nodes: 1 to 7; they are named n1, n2 and so on. */
  int nodes() default 3;

  /** How many must hold a write: 1 to {@link #nodes}; 0 for a majority. */
  int w() default 0;

  /** More settings of every node: {@code full.key=value}. */
  String[] settings() default {};
}

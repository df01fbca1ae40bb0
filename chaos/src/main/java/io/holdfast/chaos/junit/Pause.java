package io.holdfast.chaos.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Stops one node (SIGSTOP) right before a test method of a {@link HoldfastMesh} runs: it answers
 * nothing, and keeps its connections. It goes on after the method.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(HoldfastMeshExtension.class)
public @interface Pause {

  /** Which node: {@link Faults#LEADER}, {@link Faults#FOLLOWER}, or its name. */
  String value() default Faults.FOLLOWER;
}

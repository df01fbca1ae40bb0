package io.holdfast.chaos.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Kills one node (SIGKILL) right before a test method of a {@link HoldfastMesh} runs. It is started
 * again after the method, on the data that it had.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(HoldfastMeshExtension.class)
public @interface Kill {

  /** Which node: {@link Faults#LEADER}, {@link Faults#FOLLOWER}, or its name. */
  String value() default Faults.LEADER;
}

package io.holdfast.chaos.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Cuts one node off from all others, both ways, right before a test method of a {@link
 * HoldfastMesh} runs. Clients still reach it. It is undone after the method.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(HoldfastMeshExtension.class)
public @interface Partition {

  /** Which node: {@link Faults#LEADER}, {@link Faults#FOLLOWER}, or its name. */
  String isolate() default Faults.LEADER;
}

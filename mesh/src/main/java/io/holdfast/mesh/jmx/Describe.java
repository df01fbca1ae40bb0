package io.holdfast.mesh.jmx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a console shows beside a bean, an attribute, an operation or a parameter. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
@interface Describe {

  /** One sentence or two, with the unit. */
  String value();

  /** What a parameter is called. */
  String name() default "";

  /** Whether an operation changes nothing. */
  boolean looksOnly() default false;
}

package io.holdfast.mesh.jmx;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotificationEmitter;
import javax.management.StandardEmitterMBean;
import org.jspecify.annotations.Nullable;

/** An MXBean that says what {@link Describe} says in its interface. */
final class DescribedBean extends StandardEmitterMBean {

  private final Class<?> described;

  /**
   * @param bean what it shows and does
   * @param described its interface
   * @param emitter says what happens
   */
  <T> DescribedBean(T bean, Class<T> described, NotificationEmitter emitter) {
    super(bean, described, true, emitter);
    this.described = described;
  }

  @Override
  protected String getDescription(MBeanInfo info) {
    return textOf(described.getAnnotation(Describe.class));
  }

  @Override
  protected String getDescription(MBeanAttributeInfo info) {
    return method((info.isIs() ? "is" : "get") + info.getName())
        .map(method -> textOf(method.getAnnotation(Describe.class)))
        .orElse("");
  }

  @Override
  protected String getDescription(MBeanOperationInfo info) {
    return method(info.getName())
        .map(method -> textOf(method.getAnnotation(Describe.class)))
        .orElse("");
  }

  @Override
  protected int getImpact(MBeanOperationInfo info) {
    return method(info.getName())
            .flatMap(method -> Optional.ofNullable(method.getAnnotation(Describe.class)))
            .filter(Describe::looksOnly)
            .isPresent()
        ? MBeanOperationInfo.INFO
        : MBeanOperationInfo.ACTION;
  }

  @Override
  protected String getDescription(MBeanOperationInfo op, MBeanParameterInfo param, int sequence) {
    return parameter(op, sequence).map(Describe::value).orElse("");
  }

  @Override
  protected String getParameterName(MBeanOperationInfo op, MBeanParameterInfo param, int sequence) {
    return parameter(op, sequence).map(Describe::name).orElse("p" + sequence);
  }

  private Optional<Describe> parameter(MBeanOperationInfo op, int sequence) {
    return method(op.getName())
        .flatMap(
            method -> {
              Annotation[] on = method.getParameterAnnotations()[sequence];
              return Arrays.stream(on)
                  .filter(Describe.class::isInstance)
                  .map(Describe.class::cast)
                  .findFirst();
            });
  }

  /** No name stands for two methods of an interface. */
  private Optional<Method> method(String name) {
    return Arrays.stream(described.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst();
  }

  private static String textOf(@Nullable Describe text) {
    return text == null ? "" : text.value();
  }
}

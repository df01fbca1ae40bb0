package io.holdfast.chaos.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import io.holdfast.mesh.client.MeshClient;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Does what {@link HoldfastMesh} says, and {@link Partition}, {@link Pause} and {@link Kill}. */
public final class HoldfastMeshExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        BeforeTestExecutionCallback,
        AfterTestExecutionCallback,
        ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(HoldfastMeshExtension.class);
  private static final String MESH = "mesh";
  private static final String TURN = "turn";
  private static final Type LIST_OF_URIS = listOfUris();

  /** For JUnit. */
  public HoldfastMeshExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    startIfAnnotated(context, context.getRequiredTestClass());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    closeIfStarted(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    startIfAnnotated(context, context.getRequiredTestMethod());
    TestMesh mesh = mesh(context);
    mesh.takeTurn();
    store(context).put(TURN, mesh);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestMesh inTurn = store(context).remove(TURN, TestMesh.class);
    if (inTurn != null) {
      inTurn.endTurn();
    }
    closeIfStarted(context);
  }

  /** After the test's own preparations, which need a mesh that is well. */
  @Override
  public void beforeTestExecution(ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    Faults faults = mesh(context).faults();
    List<Runnable> injections = new ArrayList<>();
    // Who is meant is settled before anything is broken.
    findAnnotation(method, Partition.class)
        .map(asked -> faults.nameOf(asked.isolate()))
        .ifPresent(node -> injections.add(() -> faults.isolate(node)));
    findAnnotation(method, Pause.class)
        .map(asked -> faults.nameOf(asked.value()))
        .ifPresent(node -> injections.add(() -> faults.pause(node)));
    findAnnotation(method, Kill.class)
        .map(asked -> faults.nameOf(asked.value()))
        .ifPresent(node -> injections.add(() -> faults.kill(node)));
    injections.forEach(Runnable::run);
  }

  /** Before the test's own cleaning up, which needs a mesh that is well. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    mesh(context).makeWell(nameOf(context));
  }

  // ---- Parameters

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Type type = parameter.getParameter().getParameterizedType();
    return type == MeshEndpoints.class
        || type == MeshClient.class
        || type == Faults.class
        || type.equals(LIST_OF_URIS);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Type type = parameter.getParameter().getParameterizedType();
    TestMesh mesh = mesh(context);
    if (type == MeshClient.class) {
      return mesh.client();
    }
    if (type == Faults.class) {
      return mesh.faults();
    }
    return type == MeshEndpoints.class ? mesh.endpoints() : mesh.endpoints().all();
  }

  /** {@code List<URI>}, as a parameter's type is told. */
  private static Type listOfUris() {
    return Arrays.stream(MeshEndpoints.class.getRecordComponents())
        .map(component -> component.getGenericType())
        .filter(ParameterizedType.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  // ---- The mesh of a class or of a method

  private static void startIfAnnotated(ExtensionContext context, AnnotatedElement element) {
    Optional<HoldfastMesh> asked = findAnnotation(element, HoldfastMesh.class);
    asked.ifPresent(
        annotation -> store(context).put(MESH, TestMesh.start(annotation, nameOf(context))));
  }

  /** Only what was started in this very context is removed from it. */
  private static void closeIfStarted(ExtensionContext context) {
    TestMesh started = store(context).remove(MESH, TestMesh.class);
    if (started != null) {
      started.close();
    }
  }

  /** The nearest: the method's own, else that of its class, or of the one around that. */
  private static TestMesh mesh(ExtensionContext context) {
    TestMesh mesh = store(context).get(MESH, TestMesh.class);
    if (mesh == null) {
      throw new ExtensionConfigurationException(
          nameOf(context) + " has no mesh: @HoldfastMesh is needed on it or on its class");
    }
    return mesh;
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }

  private static String nameOf(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> type + "." + method.getName()).orElse(type);
  }
}

package io.holdfast.chaos;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.holdfast.acceptor.store.DurableCommit;
import io.holdfast.chaos.sample.core.ImpureCore;
import java.sql.Connection;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of docs/ARCHITECTURE.md: pure cores, modules that depend downwards, rooms. */
class ArchitectureTest {

  private static final String ROOT = "io.holdfast.";

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.holdfast");

  /**
   * Protobuf declares it for damaged bytes, and codecs turn it into a value; no I/O comes with it.
   */
  private static final DescribedPredicate<JavaClass> DECODING_FAILURE =
      nameMatching("java\\.io\\.IOException").<JavaClass>forSubtype();

  /** What the compiler puts into enums, lambdas and exceptions; and the name of a place on disk. */
  private static final DescribedPredicate<JavaClass> HARMLESS =
      nameMatching("java\\.io\\.(Serial|Serializable)|java\\.nio\\.file\\.Path")
          .<JavaClass>forSubtype();

  private static final DescribedPredicate<JavaClass> OUTSIDE_WORLD =
      resideInAnyPackage(
              "akka..",
              "scala..",
              "slick..",
              "com.typesafe..",
              "com.zaxxer..",
              "org.h2..",
              "org.slf4j..",
              "io.vertx..",
              "io.netty..",
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..",
              "java.net..",
              "java.sql..",
              "javax.sql..",
              "java.util.concurrent..",
              "java.lang.management..")
          .or(
              nameMatching(
                      "java\\.lang\\.(Thread|ThreadLocal|Runtime|Process|ProcessBuilder)(\\$.*)?")
                  .<JavaClass>forSubtype())
          .or(nameMatching("java\\.util\\.Timer(Task)?").<JavaClass>forSubtype())
          .or(
              nameMatching("java\\.(time\\.(Clock|InstantSource)|security\\.SecureRandom)(\\$.*)?")
                  .<JavaClass>forSubtype())
          .and(DescribedPredicate.not(HARMLESS))
          .and(DescribedPredicate.not(DECODING_FAILURE))
          .as("the outside world: Akka, I/O, threads, clocks, unseeded randomness");

  private static final DescribedPredicate<JavaAccess<?>> IMPURE_CALL =
      new DescribedPredicate<>("read a clock, draw unseeded randomness or print") {
        @Override
        public boolean test(JavaAccess<?> access) {
          String owner = access.getTargetOwner().getName();
          String name = access.getTarget().getName();
          return switch (owner) {
            case "java.lang.System" ->
                Set.of(
                        "nanoTime",
                        "currentTimeMillis",
                        "out",
                        "err",
                        "in",
                        "getenv",
                        "getProperty",
                        "exit")
                    .contains(name);
            case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.Collections" ->
                name.equals("shuffle") && !hasParameter(access, "Random");
            case "java.util.random.RandomGenerator" ->
                name.equals("getDefault") || name.equals("of");
            case "java.util.Random", "java.util.SplittableRandom" ->
                name.equals("<init>") && !hasParameter(access, "long");
            default ->
                (owner.startsWith("java.time.") && name.equals("now"))
                    || name.equals("parallelStream")
                    || name.equals("identityHashCode");
          };
        }
      };

  private static boolean hasParameter(JavaAccess<?> access, String type) {
    return access.getTarget().getFullName().contains(type + ")")
        || access.getTarget().getFullName().contains(type + ",");
  }

  /**
   * What a caller says and is told, and what a node sees: values that its cores also handle, so as
   * pure as those.
   */
  private static final DescribedPredicate<JavaClass> ANSWERS =
      nameMatching(
              "(\\[L)?io\\.holdfast\\.mesh\\."
                  + "(WriteAnswer|ReadAnswer|ChangesAnswer|ChangeAnswer|NodeForm|GroupForm"
                  + "|StoryAnswer|WriteStory|Picture|Health|Gate|GateKind|Glimpse|Happening"
                  + "|(Node|Group|Members|Control|Acceptor|Cache|Snapshot|Divergence|Failure|Disk"
                  + "|Clock|Pool)Status)(\\$.*)?;?")
          .forSubtype();

  private static final DescribedPredicate<JavaClass> CORES =
      resideInAPackage("io.holdfast..core..").or(ANSWERS).as("cores");

  private static final ArchRule CORES_TOUCH_NOTHING_OUTSIDE =
      noClasses().that(CORES).should().dependOnClassesThat(OUTSIDE_WORLD);

  private static final ArchRule CORES_CALL_NOTHING_IMPURE =
      noClasses().that(CORES).should().accessTargetWhere(IMPURE_CALL);

  @Test
  void importsEveryModule() {
    for (String module : Set.of("config", "acceptor", "quorum", "sync", "mesh", "chaos")) {
      assertThat(PRODUCTION.stream().map(JavaClass::getPackageName))
          .as("classes of %s", module)
          .anyMatch(name -> (name + ".").startsWith(ROOT + module + "."));
    }
  }

  @Test
  void coresTouchNothingOutside() {
    CORES_TOUCH_NOTHING_OUTSIDE.check(PRODUCTION);
  }

  @Test
  void coresCallNothingImpure() {
    CORES_CALL_NOTHING_IMPURE.check(PRODUCTION);
  }

  @Test
  void impureCoreIsFound() {
    JavaClasses impure = new ClassFileImporter().importClasses(ImpureCore.class);
    assertThat(CORES_TOUCH_NOTHING_OUTSIDE.evaluate(impure).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("java.lang.Thread"))
        .anyMatch(line -> line.contains("java.util.concurrent.atomic.AtomicLong"));
    assertThat(CORES_CALL_NOTHING_IMPURE.evaluate(impure).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("System.nanoTime()"))
        .anyMatch(line -> line.contains("Random.<init>()"))
        .anyMatch(line -> line.contains("Instant.now()"))
        .noneMatch(line -> line.contains("Random.<init>(long)"));
  }

  @Test
  void coresKnowOnlyCoresAndMessages() {
    noClasses()
        .that(CORES)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.holdfast..")
                .and(resideOutsideOfPackages("io.holdfast..core..", "io.holdfast..wire.."))
                .and(DescribedPredicate.not(ANSWERS)))
        .check(PRODUCTION);
  }

  @Test
  void modulesDependDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.holdfast..")
        .layer("config")
        .definedBy(ROOT + "config..")
        .layer("acceptor")
        .definedBy(ROOT + "acceptor..")
        .layer("quorum")
        .definedBy(ROOT + "quorum..")
        .layer("sync")
        .definedBy(ROOT + "sync..")
        .layer("mesh")
        .definedBy(ROOT + "mesh..")
        .optionalLayer("chaos")
        .definedBy(ROOT + "chaos..")
        .whereLayer("chaos")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("mesh")
        .mayOnlyBeAccessedByLayers("chaos")
        .whereLayer("sync")
        .mayOnlyBeAccessedByLayers("mesh", "chaos")
        .whereLayer("quorum")
        .mayOnlyBeAccessedByLayers("sync", "mesh", "chaos")
        .whereLayer("acceptor")
        .mayOnlyBeAccessedByLayers("quorum", "sync", "mesh", "chaos")
        .check(PRODUCTION);
  }

  @Test
  void onlyShellsThePluginAndTheNodeKnowAkka() {
    noClasses()
        .that(
            resideInAnyPackage("io.holdfast..")
                .and(
                    resideOutsideOfPackages(
                        "io.holdfast..actor..",
                        "io.holdfast.acceptor.store..",
                        "io.holdfast.chaos.fault..",
                        "io.holdfast.chaos.power",
                        "io.holdfast.mesh")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("akka..", "scala.."))
        .check(PRODUCTION);
  }

  @Test
  void loggingKnowsNothingOfWhatIsLogged() {
    noClasses()
        .that(resideInAPackage("io.holdfast.mesh.log.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.holdfast..")
                .and(resideOutsideOfPackages("io.holdfast..core..", "io.holdfast.mesh.log..")))
        .check(PRODUCTION);
  }

  @Test
  void onlyMetricsKnowRegistries() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.holdfast.mesh.metrics..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.micrometer..", "io.prometheus..", "com.codahale.."))
        .check(PRODUCTION);
  }

  @Test
  void everyClassIsInARoom() {
    classes()
        .that()
        .resideInAPackage("io.holdfast..")
        .should()
        .resideInAnyPackage(
            "io.holdfast.*",
            "io.holdfast.*.core..",
            "io.holdfast.*.store..",
            "io.holdfast.*.actor..",
            "io.holdfast.*.wire..",
            "io.holdfast.mesh.http..",
            "io.holdfast.mesh.metrics..",
            "io.holdfast.mesh.jmx..",
            "io.holdfast.mesh.client..",
            "io.holdfast.mesh.cli..",
            "io.holdfast.mesh.log..",
            "io.holdfast.chaos.history..",
            "io.holdfast.chaos.sim..",
            "io.holdfast.chaos.fault..",
            "io.holdfast.chaos.live..",
            "io.holdfast.chaos.report..",
            "io.holdfast.chaos.junit..",
            "io.holdfast.chaos.run..",
            "io.holdfast.chaos.power..",
            "io.holdfast.chaos.cli..")
        .check(PRODUCTION);
  }

  /** A commit may have been told with a warning. */
  @Test
  void onlyOneCommits() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(DurableCommit.class.getName())
        .should()
        .callMethod(Connection.class, "commit")
        .check(PRODUCTION);
  }

  @Test
  void namesAreNouns() {
    noClasses()
        .that()
        .resideInAPackage("io.holdfast..")
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(PRODUCTION);
  }
}

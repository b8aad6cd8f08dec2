package io.zerocloud.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules depend on one another in one direction, and the planner does no I/O. */
class ModulesTest {
    private static final Map<String, List<String>> ALLOWED =
            Map.of(
                    "sandbox-engine", List.of(),
                    "job-planner", List.of(),
                    "swift-client", List.of(),
                    "middleware", List.of("sandbox-engine", "job-planner", "swift-client"),
                    "deploy",
                            List.of("sandbox-engine", "job-planner", "swift-client", "middleware"));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    // swift-client's RealSwift.
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.zerocloud");

    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.stream().map(ModulesTest::module)).contains("deploy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sandbox-engine", "job-planner", "swift-client", "middleware", "deploy"})
    void aModuleDependsOnlyOnThoseBelowIt(String module) {
        List<String> allowed = ALLOWED.getOrDefault(module, List.of());
        ArchRuleDefinition.noClasses()
                .that(in(module))
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are of a module above or beside it",
                                c ->
                                        ALLOWED.containsKey(module(c))
                                                && !module(c).equals(module)
                                                && !allowed.contains(module(c))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.zerocloud.(**)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void thePlannerDoesNoInputOrOutput() {
        ArchRuleDefinition.noClasses()
                .that(in("job-planner"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.file..", "java.nio.channels..", "java.net.http..", "java.sql..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandEndsTheProcess() {
        ArchRuleDefinition.noClasses()
                .that(DescribedPredicate.not(in("deploy")))
                .should()
                .callMethod(System.class, "exit", int.class)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> in(String module) {
        return DescribedPredicate.describe("are in " + module, c -> module(c).equals(module));
    }

    /** Classes come from {@code MODULE/target/classes} or {@code MODULE-VERSION.jar}. */
    private static String module(JavaClass javaClass) {
        Matcher place =
                Pattern.compile("([a-z-]+)/target/(?:classes/|\\1-[^/]*\\.jar)")
                        .matcher(javaClass.getSource().map(s -> s.getUri().toString()).orElse(""));
        return place.find() ? place.group(1) : "";
    }
}

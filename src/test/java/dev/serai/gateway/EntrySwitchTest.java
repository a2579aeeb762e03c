package dev.serai.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.setting.Knob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai.NAME.enabled} decides whether {@code entry/NAME.camel.yaml} is loaded. */
class EntrySwitchTest {
    private static final List<Knob> KNOBS = List.of(
            Knob.flag("serai.pigeon.enabled", false, "whether pigeons are taken"),
            Knob.flag("serai.owl.enabled", true, "whether owls are taken"),
            Knob.text("serai.pigeon.loft", "none", "where they sit"));

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String file :
                List.of("flow.camel.yaml", "pigeon.camel.yaml", "entry/pigeon.camel.yaml", "entry/owl.yaml")) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "");
        }
    }

    private List<String> loaded(Map<String, String> settings, boolean entries) throws Exception {
        Set<String> off = Settings.load(folder.resolve("none"), false, settings, name -> null)
                .entriesOff(KNOBS);
        return new RouteFiles(List.of(folder), entries, off)
                .list().stream()
                        .map(file -> folder.toAbsolutePath()
                                .normalize()
                                .relativize(file)
                                .toString())
                        .toList();
    }

    @Test
    void theDefaultOfTheSettingCountsAndOtherFilesAreNotAsked() throws Exception {
        assertThat(loaded(Map.of(), true)).containsExactly("entry/owl.yaml", "flow.camel.yaml", "pigeon.camel.yaml");
    }

    @Test
    void eachEntryHasItsOwnSwitch() throws Exception {
        assertThat(loaded(Map.of("serai.pigeon.enabled", "true", "serai.owl.enabled", "false"), true))
                .containsExactly("entry/pigeon.camel.yaml", "flow.camel.yaml", "pigeon.camel.yaml");
    }

    @Test
    void withoutEntriesNoSwitchLetsOneIn() throws Exception {
        assertThat(loaded(Map.of("serai.pigeon.enabled", "true"), false))
                .containsExactly("flow.camel.yaml", "pigeon.camel.yaml");
    }
}

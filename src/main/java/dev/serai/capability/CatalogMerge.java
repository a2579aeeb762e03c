package dev.serai.capability;

import dev.serai.capability.Problem.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the declarations of all files together; an id that is declared twice stays where it was first. */
final class CatalogMerge {
    private final Map<String, Capability> taken = new HashMap<>();
    private final Map<Path, List<Capability>> inForce = new LinkedHashMap<>();
    private final Map<Path, List<Problem>> problems = new LinkedHashMap<>();
    private final List<Path> kept = new ArrayList<>();

    /**
     * One file.
     *
     * @param latest as it was last read
     * @param previous what of it has been in force; {@code null} at the first load
     */
    record Part(Path file, DeclarationFile latest, @Nullable List<Capability> previous) {
        /** Whether the file as it was read is what has been in force already. */
        boolean isSettled() {
            return previous != null && previous == latest.capabilities();
        }
    }

    CatalogMerge(List<Part> parts) {
        for (Part part : parts) {
            problems.put(part.file(), new ArrayList<>(part.latest().problems()));
            inForce.put(part.file(), List.of());
        }
        parts.stream()
                .filter(Part::isSettled)
                .forEach(part -> use(part, part.latest().capabilities()));
        parts.stream().filter(part -> !part.isSettled()).forEach(this::decide);
        reportFailed(parts);
    }

    /** An id that two files declare, of which one has an error of another kind as well. */
    private void reportFailed(List<Part> parts) {
        Map<String, SourceLocation> first = new HashMap<>();
        taken.forEach((id, capability) -> first.put(id, capability.source()));
        for (Part part : parts) {
            part.latest().failed().forEach((id, here) -> {
                SourceLocation other = first.putIfAbsent(id, here);
                if (other != null && !other.file().equals(here.file())) {
                    problemsOf(part.file())
                            .add(new Problem(Severity.ERROR, here, DeclarationFile.duplicate(id, other)));
                }
            });
        }
    }

    private void decide(Part part) {
        List<Capability> previous = part.previous();
        if (previous != null && (part.latest().broken() || reportsTaken(part))) {
            kept.add(part.file());
            use(part, previous);
        } else {
            use(part, part.latest().capabilities());
        }
    }

    private boolean reportsTaken(Part part) {
        boolean any = false;
        for (Capability capability : part.latest().capabilities()) {
            any |= reportTaken(part, capability);
        }
        return any;
    }

    private boolean reportTaken(Part part, Capability capability) {
        Capability earlier = taken.get(capability.id());
        if (earlier == null) {
            return false;
        }
        problemsOf(part.file())
                .add(new Problem(
                        Severity.ERROR,
                        capability.source(),
                        DeclarationFile.duplicate(capability.id(), earlier.source())));
        return true;
    }

    private void use(Part part, List<Capability> capabilities) {
        List<Capability> used = new ArrayList<>(capabilities.size());
        for (Capability capability : capabilities) {
            if (!reportTaken(part, capability)) {
                taken.put(capability.id(), capability);
                used.add(capability);
            }
        }
        inForce.put(part.file(), used.size() == capabilities.size() ? capabilities : used);
    }

    private List<Problem> problemsOf(Path file) {
        return problems.computeIfAbsent(file, any -> new ArrayList<>());
    }

    /** What is in force of a file. */
    List<Capability> inForce(Path file) {
        return inForce.getOrDefault(file, List.of());
    }

    /** The files that stay as they were. */
    List<Path> kept() {
        return kept;
    }

    Catalog catalog(List<Problem> scanProblems) {
        List<Capability> all = new ArrayList<>(taken.size());
        inForce.values().forEach(all::addAll);
        List<Problem> found = new ArrayList<>(scanProblems);
        problems.values().forEach(found::addAll);
        found.addAll(SessionDifferences.find(all));
        found.addAll(PolicyChecks.fallbacks(all));
        found.addAll(ToolNames.clashes(all));
        return new Catalog(all, found);
    }
}

package dev.serai.capability;

import java.util.List;

/**
 * Reads declarations from RTFS text, strictly as data: {@code (capability "id" :property value …)}, several in a file or
 * in a {@code (do …)}. A broken form is reported and skipped, the others are read.
 */
final class RtfsReader implements DeclarationReader {
    @Override
    public List<Declaration> read(String text, StringPool strings, Problems problems) {
        return new RtfsForms(new EdnText(text), strings, problems).read();
    }
}

package dev.serai.capability;

import java.util.List;

/** Reads the declarations of one file's text; what cannot be read becomes a problem, the rest is returned. */
interface DeclarationReader {
    List<Declaration> read(String text, StringPool strings, Problems problems);
}

package dev.serai.capability;

import java.util.ArrayList;
import java.util.List;

/** Walks the top-level forms of one file. */
final class RtfsForms {
    private static final int DEEPEST_DO = 16;
    private static final int MOST_BROKEN = 100;
    private static final String EXPECTED = "expected (capability \"id\" …) or (do …)";

    private final EdnText text;
    private final EdnReader values;
    private final Problems problems;
    private final List<Declaration> declarations = new ArrayList<>();
    private int broken;

    RtfsForms(EdnText text, StringPool strings, Problems problems) {
        this.text = text;
        this.values = new EdnReader(text, strings);
        this.problems = problems;
    }

    List<Declaration> read() {
        try {
            forms(0);
        } catch (Unreadable e) {
            problems.error(e.line(), e.message());
        }
        return declarations;
    }

    private void forms(int depth) throws Unreadable {
        while (values.more() || !text.atEnd()) {
            char c = text.peek();
            if (c == '(') {
                form(depth);
            } else if (c == ')' && depth > 0) {
                text.advance(1);
                return;
            } else {
                stray();
            }
        }
    }

    private void form(int depth) throws Unreadable {
        EdnText.Mark start = text.mark();
        text.advance(1);
        text.skipSpace();
        EdnText.Mark word = text.mark();
        text.skipToken();
        String head = text.since(word);
        switch (head) {
            case "capability" -> capability(start);
            case "do" -> nested(start, depth);
            case "server" -> {
                problems.warning(start.line(), "a (server …) manifest declares no capability: it is ignored");
                skip(start, "(");
            }
            default -> {
                problems.error(start.line(), "unknown form (" + Excerpt.of(head) + " …); " + EXPECTED);
                skip(start, "(");
            }
        }
    }

    private void nested(EdnText.Mark start, int depth) throws Unreadable {
        if (depth >= DEEPEST_DO) {
            throw new Unreadable(start.line(), "(do …) nested deeper than " + DEEPEST_DO + " levels");
        }
        forms(depth + 1);
    }

    private void capability(EdnText.Mark start) throws Unreadable {
        int errors = problems.errors();
        RtfsForm form = new RtfsForm(text, values, problems, start);
        try {
            Declaration declaration = form.read();
            if (problems.errors() == errors && declaration != null) {
                declarations.add(declaration);
            }
            warnOfSwallowed(start);
        } catch (Unreadable e) {
            problems.error(e.line(), e.message());
            skip(start, RtfsForm.OPENING);
        }
    }

    private void warnOfSwallowed(EdnText.Mark start) {
        int line = text.lookAlikeSince(start, RtfsForm.OPENING);
        if (line > 0) {
            problems.warning(
                    line,
                    "this looks like the start of a declaration but is inside the one of line " + start.line()
                            + ": look for a quote or bracket that is not closed");
        }
    }

    /** Goes behind a form that is not wanted; where its end is not found, to the next one that looks alike. */
    private void skip(EdnText.Mark start, String opening) throws Unreadable {
        text.reset(start);
        try {
            text.skipValue();
        } catch (Unreadable e) {
            if (++broken > MOST_BROKEN) {
                throw new Unreadable(start.line(), "too many broken forms: the rest of the file is not read");
            }
            text.skipToLookAlike(start, opening);
        }
    }

    private void stray() throws Unreadable {
        EdnText.Mark start = text.mark();
        while (!text.atEnd() && text.peek() != '(') {
            if (values.more()) {
                if (text.peek() != '(') {
                    text.skipValue();
                }
            } else {
                text.advance(1);
            }
        }
        problems.error(
                start.line(),
                "\"" + Excerpt.of(text.since(start).strip()) + "\" stands outside of any form; " + EXPECTED);
    }
}

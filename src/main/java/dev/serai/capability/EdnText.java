package dev.serai.capability;

import java.util.Locale;

/** The text of an EDN file and a position in it: skips space and comments, finds the ends of strings and brackets. */
final class EdnText {
    private static final String PREFIXES = "#'`~@^";

    private final String text;
    private int at;
    private int line = 1;
    private boolean optionalMark;

    EdnText(String text) {
        this.text = text;
    }

    int line() {
        return line;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** The current character, or 0 at the end. */
    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    void advance(int characters) {
        for (int i = 0; i < characters && at < text.length(); i++) {
            if (text.charAt(at++) == '\n') {
                line++;
            }
        }
    }

    Mark mark() {
        return new Mark(at, line);
    }

    void reset(Mark mark) {
        at = mark.at();
        line = mark.line();
    }

    String since(Mark mark) {
        return text.substring(mark.at(), at);
    }

    /** Skips space, commas and comments; remembers a comment {@code ; optional} on the line where it began. */
    void skipSpace() {
        optionalMark = false;
        int began = line;
        while (!atEnd()) {
            char c = text.charAt(at);
            if (c == ';') {
                int end = endOfLine();
                optionalMark |= line == began && saysOptional(text.substring(at, end));
                at = end;
            } else if (isSpace(c)) {
                advance(1);
            } else {
                return;
            }
        }
    }

    /** Whether the last {@link #skipSpace} met the mark. */
    boolean tookOptionalMark() {
        return optionalMark;
    }

    /** Skips a string, from its opening quote to behind its closing one. */
    void skipString() throws Unreadable {
        int began = line;
        advance(1);
        while (!atEnd()) {
            char c = text.charAt(at);
            advance(c == '\\' ? 2 : 1);
            if (c == '"') {
                return;
            }
        }
        throw new Unreadable(began, "a string is not closed: expected \" before the end of the file");
    }

    /** Skips a string in which quotes were not escaped: it ends at a quote behind which the form ends or goes on. */
    void skipCarelessString() throws Unreadable {
        skipString();
        while (!goesOn()) {
            at--;
            skipString();
        }
    }

    private boolean goesOn() {
        Mark here = mark();
        skipSpace();
        boolean goesOn = atKeyword() || peek() == ')';
        reset(here);
        return goesOn;
    }

    /** Whether a keyword begins here; in prose a colon is followed by space. */
    boolean atKeyword() {
        return peek() == ':' && Character.isLetter(peek(1));
    }

    /** Skips a token: a number, keyword, symbol or character. */
    void skipToken() {
        if (peek() == '\\') {
            advance(2);
        }
        while (!atEnd() && !isDelimiter(text.charAt(at))) {
            at++;
        }
    }

    /** Skips one value without reading it: only its brackets, strings and comments count. */
    void skipValue() throws Unreadable {
        StringBuilder open = new StringBuilder();
        int began = line;
        boolean inside;
        do {
            skipSpace();
            if (atEnd()) {
                throw new Unreadable(began, "a value is not closed before the end of the file");
            }
            inside = skipPiece(open);
        } while (inside || !open.isEmpty());
    }

    /** Skips a bracket, string or token; true where the value goes on behind it. */
    private boolean skipPiece(StringBuilder open) throws Unreadable {
        char c = peek();
        switch (c) {
            case '"' -> skipString();
            case '(', '[', '{' -> {
                open.append(c == '(' ? ')' : c == '[' ? ']' : '}');
                advance(1);
            }
            case ')', ']', '}' -> close(open, c);
            default -> {
                skipToken();
                return PREFIXES.indexOf(c) >= 0;
            }
        }
        return false;
    }

    private void close(StringBuilder open, char c) throws Unreadable {
        int last = open.length() - 1;
        if (last < 0 || open.charAt(last) != c) {
            throw new Unreadable(line, last < 0 ? "unexpected " + c : "expected " + open.charAt(last) + ", got " + c);
        }
        open.setLength(last);
        advance(1);
    }

    /** The line between {@code start} and here that begins like the form at {@code start}; 0 where there is none. */
    int lookAlikeSince(Mark start, String opening) {
        String indent = indentOf(start);
        String passed = text.substring(start.at(), at);
        int found = indent.isBlank() ? passed.indexOf("\n" + indent + opening) : -1;
        return found < 0 ? 0 : start.line() + lines(passed.substring(0, found + 1));
    }

    /** Goes to the next line that begins like the form at {@code start}, with its indentation; else to the end. */
    void skipToLookAlike(Mark start, String opening) {
        String indent = indentOf(start);
        int found = indent.isBlank() ? text.indexOf("\n" + indent + opening, start.at()) : -1;
        int end = found < 0 ? text.length() : found + 1 + indent.length();
        reset(new Mark(end, start.line() + lines(text.substring(start.at(), end))));
    }

    private String indentOf(Mark start) {
        return text.substring(text.lastIndexOf('\n', start.at() - 1) + 1, start.at());
    }

    private static int lines(String passed) {
        return (int) passed.chars().filter(c -> c == '\n').count();
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private static boolean saysOptional(String comment) {
        int i = 0;
        while (i < comment.length() && (comment.charAt(i) == ';' || comment.charAt(i) == ' ')) {
            i++;
        }
        return comment.substring(i, Math.min(comment.length(), i + 8))
                .toLowerCase(Locale.ROOT)
                .equals("optional");
    }

    static boolean isSpace(char c) {
        return c == ',' || Character.isWhitespace(c) || c == '\u00a0';
    }

    static boolean isDelimiter(char c) {
        return isSpace(c) || "()[]{}\";".indexOf(c) >= 0;
    }

    /** A position to come back to. */
    record Mark(int at, int line) {}
}

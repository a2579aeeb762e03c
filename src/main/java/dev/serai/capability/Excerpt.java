package dev.serai.capability;

/** Shortens text that came from outside before it goes into a message. */
final class Excerpt {
    private static final int LONGEST = 100;

    private Excerpt() {}

    /** At most 100 characters, control characters shown as spaces. */
    static String of(String text) {
        boolean whole = text.length() <= LONGEST;
        StringBuilder shown = new StringBuilder(whole ? text : text.substring(0, LONGEST));
        for (int i = 0; i < shown.length(); i++) {
            if (Character.isISOControl(shown.charAt(i))) {
                shown.setCharAt(i, ' ');
            }
        }
        return whole ? shown.toString() : shown.append('…').toString();
    }
}

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func viewForTest(wide, high int) *topView {
	return &topView{rows: crowdForTest(), wide: wide, high: high, cpus: 16, memory: 16 << 30}
}

func TestTopGolden(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}, {120, 12}} {
		v := viewForTest(size[0], size[1])
		golden(t, fmt.Sprintf("top-%dx%d.txt", size[0], size[1]), strings.Join(v.draw(), "\n")+"\n")
	}
}

// Whatever the size, no line is too long and there are not too many; what is painted is what
// isn't, with colours.
func TestTopFits(t *testing.T) {
	colour := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for wide := range 130 {
		for _, high := range []int{0, 1, 2, 3, 4, 6, 24} {
			v := viewForTest(wide, high)
			lines := v.draw()
			if len(lines) > high {
				t.Fatalf("%dx%d: %d lines", wide, high, len(lines))
			}
			for _, line := range lines {
				if n := utf8.RuneCountInString(line) + strings.Count(line, "漢"); n > wide {
					t.Fatalf("%dx%d: %d columns in %q", wide, high, n, line)
				}
				harmless(t, "a line", line)
			}
			v.paint = true
			if painted := colour.ReplaceAllString(strings.Join(v.draw(), "\n"), ""); painted != strings.Join(lines, "\n") {
				t.Fatalf("painted it is\n%s", painted)
			}
		}
	}
}

func TestTopKeys(t *testing.T) {
	for _, c := range []struct {
		typed string
		what  int
		first string // of the names
		by    string
	}{
		{"", keyNone, "a-name", "cpu"}, {"m", keyNone, "a-name", "memory"}, {"p", keyNone, "make", "pressure"}, {"n", keyNone, "a-name", "name"},
		{"nr", keyNone, "web", "name"}, {"rr", keyNone, "a-name", "cpu"}, {">", keyNone, "a-name", "memory"}, {"<", keyNone, "a-name", "name"},
		{"\x1b[C\x1bOC", keyNone, "make", "pressure"}, {"\x1b[D\x1b[D", keyNone, "make", "pressure"}, {"\x1b[1;5C", keyNone, "a-name", "cpu"},
		{"\x1b[", keyNone, "a-name", "cpu"}, {"\x1b", keyNone, "a-name", "cpu"}, {"k9x!\xff\x00", keyNone, "a-name", "cpu"},
		{"q", keyQuit, "a-name", "cpu"}, {"mq", keyQuit, "a-name", "memory"}, {"\x03", keyInterrupt, "a-name", "cpu"}, {"\x1a", keySuspend, "a-name", "cpu"},
	} {
		v := viewForTest(80, 24)
		what := v.press([]byte(c.typed))
		if lines := v.draw(); what != c.what || orders[v.by].name != c.by || !strings.HasPrefix(lines[2], c.first) {
			t.Errorf("%q: %d, by %s\n%s", c.typed, what, orders[v.by].name, strings.Join(lines, "\n"))
		}
	}
}

// What doesn't fit is scrolled to, and not beyond the last.
func TestTopScrolls(t *testing.T) {
	v := viewForTest(80, 5)
	v.press([]byte("n"))
	for typed, want := range map[string]string{"": "a-name", "j": "make", "jjjjjjjj": "sleep", "kkk": "a-name", "\x1b[B\x1b[B\x1b[A": "make"} {
		v.from = 0
		v.press([]byte(typed))
		if lines := v.draw(); !strings.HasPrefix(lines[2], want) {
			t.Errorf("%q: %q", typed, lines)
		}
	}
	v.press([]byte("jjjjjjjj"))
	v.draw()
	if v.from != 2 {
		t.Errorf("it has gone on to %d", v.from)
	}
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events, which have no Package
	Test        string
	Output      string
	FailedBuild string
	Elapsed     float64
}

// key names a test, or with an empty test its package.
type key struct{ pkg, test string }

type report struct {
	w                       io.Writer
	output                  map[key][]string // kept until the test has ended
	build                   map[string][]string
	ran, bad                map[string]int // tests that ended, and that failed, by package
	skips                   []string
	passed, failed, skipped int
}

func newReport(w io.Writer) *report {
	return &report{w: w, output: map[key][]string{}, build: map[string][]string{}, ran: map[string]int{}, bad: map[string]int{}}
}

func (r *report) read(events io.Reader) error {
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadString('\n')
		if strings.TrimSpace(line) != "" {
			r.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// line takes one line. What is no event (go's own complaints) is passed on as it is.
func (r *report) line(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil {
		fmt.Fprint(r.w, line)
		return
	}
	switch e.Action {
	case "output":
		k := key{e.Package, e.Test}
		r.output[k] = append(r.output[k], e.Output)
	case "build-output":
		r.build[e.ImportPath] = append(r.build[e.ImportPath], e.Output)
	case "pass", "fail", "skip":
		r.end(e)
	}
}

func (r *report) end(e event) {
	if e.Test == "" {
		r.endPackage(e)
		return
	}
	r.ran[e.Package]++
	k := key{e.Package, e.Test}
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped++
		r.skips = append(r.skips, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(r.output[k])))
	case "fail":
		r.fail(e.Package)
		r.print(r.output[k])
	}
	delete(r.output, k)
}

func (r *report) endPackage(e event) {
	own := r.output[key{e.Package, ""}]
	delete(r.output, key{e.Package, ""})
	switch {
	case e.Action == "fail":
		r.failPackage(e, own)
	case e.Action == "skip":
		fmt.Fprintf(r.w, "-    %s (no test files)\n", e.Package)
	default:
		fmt.Fprintf(r.w, "ok   %s %.1fs, %d tests\n", e.Package, e.Elapsed, r.ran[e.Package])
	}
}

// failPackage also speaks for what has no test of its own: a build, TestMain, a crash
// that left tests without an end.
func (r *report) failPackage(e event, own []string) {
	r.print(r.build[e.FailedBuild])
	for k, lines := range r.output {
		if k.pkg == e.Package {
			r.fail(e.Package)
			r.print(lines)
			delete(r.output, k)
		}
	}
	r.print(own)
	if r.bad[e.Package] == 0 {
		r.fail(e.Package)
	}
	fmt.Fprintf(r.w, "FAIL %s %.1fs\n", e.Package, e.Elapsed)
}

func (r *report) fail(pkg string) {
	r.failed++
	r.bad[pkg]++
}

func (r *report) print(lines []string) {
	fmt.Fprint(r.w, strings.Join(lines, ""))
}

// reason is what the test said before it skipped, without the framing of go test.
func reason(lines []string) string {
	said := slices.DeleteFunc(slices.Clone(lines), func(l string) bool {
		l = strings.TrimSpace(l)
		return l == "" || strings.HasPrefix(l, "=== ") || strings.HasPrefix(l, "--- ")
	})
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(strings.Fields(strings.Join(said, " ")), " ")
}

func (r *report) close(label string, strict bool) bool {
	for _, s := range r.skips {
		fmt.Fprintln(r.w, "SKIP", s)
	}
	if strict && r.skipped > 0 {
		fmt.Fprintf(r.w, "%s: CI is set, and there a skipped test counts as a failure\n", label)
	}
	fmt.Fprintf(r.w, "%s: %d passed, %d failed, %d skipped\n", label, r.passed, r.failed, r.skipped)
	return r.failed == 0 && (!strict || r.skipped == 0)
}

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "summary: error: no label\n  fix: summary LABEL [go test argument]...")
		os.Exit(125)
	}
	strict := os.Getenv("CI") != "" && os.Getenv("CI") != "false"
	os.Exit(run(os.Args[1], strict, os.Args[2:]))
}

func run(label string, strict bool, args []string) int {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "summary: error: start go test: %v\n", err)
		return 125
	}
	ok := summarise(os.Stdout, out, label, strict)
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil || !ok {
		return 1
	}
	return 0
}

// summarise reads the events of one run, reports them on w and tells whether all is well.
func summarise(w io.Writer, events io.Reader, label string, strict bool) bool {
	r := newReport(w)
	if err := r.read(events); err != nil {
		fmt.Fprintf(w, "%s: unreadable output of go test: %v\n", label, err)
		return false
	}
	return r.close(label, strict)
}

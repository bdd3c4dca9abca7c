package main

import (
	"os"
	"strings"
	"testing"
)

// README shows this program, as it is.
func TestReadmeShowsIt(t *testing.T) {
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(program), "\npackage main\n")
	var shown strings.Builder
	shown.WriteString("    package main\n")
	for line := range strings.Lines(text) {
		if line != "\n" {
			line = "    " + strings.ReplaceAll(line, "\t", "    ")
		}
		shown.WriteString(line)
	}
	if !strings.Contains(string(readme), shown.String()) {
		t.Errorf("README.md doesn't have\n%s", shown.String())
	}
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// xsys finds the sources of golang.org/x/sys/unix in the version that go.mod asks for.
func xsys() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "unix"), nil
}

// noCall matches what has a line in the kernel's tables and is no system call: holes, and
// the first number of a range that each architecture fills by itself.
var noCall = regexp.MustCompile(`^(reserved[0-9]+|unused[0-9]+|syscall_mask|arch_specific_syscall)$`)

var sysLine = regexp.MustCompile(`(?m)^\tSYS_([A-Z0-9_]+)\s+= ([0-9]+)$`)

// readNumbers reads the tables of all architectures, those we don't compile for too: a
// profile may name their calls.
func readNumbers(dir string) (known map[string]bool, byArch map[string]map[string]int, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "zsysnum_linux_*.go"))
	known, byArch = map[string]bool{}, map[string]map[string]int{}
	for _, file := range files {
		arch := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "zsysnum_linux_"), ".go")
		if byArch[arch], err = readTable(file); err != nil {
			return nil, nil, err
		}
		for name := range byArch[arch] {
			known[name] = true
		}
	}
	for _, c := range columns {
		if len(byArch[c]) < 250 { // the shortest, riscv64's, has more than 300
			return nil, nil, fmt.Errorf("%s: %d system calls of %s", dir, len(byArch[c]), c)
		}
	}
	return known, byArch, err
}

func readTable(file string) (map[string]int, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	table := map[string]int{}
	for _, m := range sysLine.FindAllStringSubmatch(string(text), -1) {
		name := strings.ToLower(m[1])
		if noCall.MatchString(name) {
			continue
		}
		if table[name], err = strconv.Atoi(m[2]); err != nil {
			return nil, err
		}
	}
	return table, nil
}

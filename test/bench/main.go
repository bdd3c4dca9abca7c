package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

func main() {
	ok, err := bench()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(125)
	}
	if !ok {
		os.Exit(1)
	}
}

func bench() (ok bool, err error) {
	snug := flag.String("snug", "bin/snug", "the snug to measure")
	rounds := flag.Int("n", 100, "rounds")
	idle := flag.Int("idle", 20, "sandboxes kept idle at once")
	smoke := flag.Bool("smoke", false, "few rounds: does everything run?")
	only := flag.String("only", "", "report on one part alone")
	inner := flag.String("part", "", "measure one part, and print it as JSON")
	dir := flag.String("dir", "", "working directory of a part")
	flag.Parse()
	if *smoke {
		*rounds, *idle = 3, 3
	}
	s := setup{rounds: *rounds, idle: *idle, smoke: *smoke}
	if s.snug, err = absolute(*snug); err != nil {
		return false, err
	}
	if *inner != "" {
		return true, onePart(s, *inner, *dir)
	}
	chosen, err := chooseParts(*only)
	if err != nil {
		return false, err
	}
	return eachPart(s, chosen, *only)
}

// onePart is the inner process.
func onePart(s setup, name, dir string) error {
	p, err := findPart(name)
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	s.dir = dir
	if s.tiny, err = makeTarget(dir); err != nil {
		return err
	}
	if err := writeFilter(); err != nil {
		return err
	}
	tables, err := p.run(s)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(tables)
}

// eachPart runs the chosen parts one after the other and reports.
func eachPart(s setup, chosen []part, only string) (ok bool, err error) {
	about := machine(s.snug)
	var tables []table
	ok = true
	for _, p := range chosen {
		fmt.Fprintf(os.Stderr, "bench: %s\n", p.name)
		got, err := inProcess(s, p)
		if err != nil {
			return false, fmt.Errorf("%s: %w", p.name, err)
		}
		tables = append(tables, got...)
		for _, t := range got {
			ok = ok && !t.Failed
		}
	}
	writeReport(os.Stdout, report{about, tables, s.rounds, s.smoke, hasManager(), only})
	return ok, nil
}

// inProcess runs a part in a process and a directory of its own.
func inProcess(s setup, p part) (tables []table, err error) {
	work, err := workDir()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-part", p.name, "-snug", s.snug, "-dir", work,
		"-n", strconv.Itoa(s.rounds), "-idle", strconv.Itoa(s.idle))
	if p.nested {
		inNamespaces(cmd)
	}
	return decodeTables(cmd)
}

// decodeTables runs a part in another process and takes its tables.
func decodeTables(cmd *exec.Cmd) (tables []table, err error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return tables, json.Unmarshal(out, &tables)
}

// workDir lies in bin, where builds go, and not in /tmp: there every contestant would hide
// it from its target.
func workDir() (string, error) {
	if err := os.MkdirAll("bin", 0o755); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("bin", "bench-")
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}

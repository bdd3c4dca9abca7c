package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"snug/cgroupv2"
	"snug/userns"
)

// between is the time between two rounds with cgroups: the kernel's lock for moving
// processes is quick for some milliseconds after it was last taken, and who comes first
// after a pause waits for a grace period, 10 to 20 ms. Users come after a pause.
const between = 60 * time.Millisecond

// limits is what a cgroup costs, with a systemd user manager in reach. Nothing holds a
// limit where there are no controllers, so the sandboxes are given a cgroup and no limit:
// the way to it is the same.
func limits(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	r.pause = between
	scope := contestant{name: "systemd-run --user --scope", argv: []string{look("systemd-run"), "--user", "--scope", "--quiet", "-p", "Delegate=yes", s.tiny}}
	caged := s.snugRun(self, s.tiny)
	caged.name, caged.argv = "snug run --cgroup", append([]string{caged.argv[0], "run", "--cgroup"}, caged.argv[2:]...)
	all := interleave(r, []contestant{scope, caged, s.snugRun(self, s.tiny)}, s.rounds)
	t := timeTable("a cgroup from systemd", "Microseconds from fork to exit; the peer makes a scope and no sandbox.", all)
	t.Bars = []bar{bar{What: "command in a scope, to systemd-run", Must: 1}.got(all[1].ratio(all[0]))}
	leaves, err := leafCost(s.rounds)
	if err != nil {
		return nil, err
	}
	delegated, err := inDelegated(s)
	return append([]table{t, leaves}, delegated...), err
}

// leafCost is what a sandbox of its own cgroup costs a process that has a scope already.
func leafCost(rounds int) (table, error) {
	tree, err := cgroupv2.Open(context.Background(), cgroupv2.TreeOptions{Name: "bench"})
	if err != nil {
		return table{}, err
	}
	defer tree.Close()
	t := table{Title: "library, one scope for many sandboxes", Note: "Microseconds, medians.", Columns: []string{"what", "median"}}
	var made, plain, caged []float64
	for range 4 * rounds {
		begin := time.Now()
		leaf, err := tree.NewLeaf(cgroupv2.LeafOptions{})
		if err != nil {
			return t, err
		}
		made = append(made, micro(begin))
		begin = time.Now()
		if err := userns.Run(context.Background(), &userns.Spec{Args: []string{"true"}, Cgroup: leaf}); err != nil {
			return t, err
		}
		caged = append(caged, micro(begin))
		begin = time.Now()
		if err := leaf.Close(); err != nil {
			return t, err
		}
		made[len(made)-1] += micro(begin)
		begin = time.Now()
		if err := userns.Run(context.Background(), &userns.Spec{Args: []string{"true"}}); err != nil {
			return t, err
		}
		plain = append(plain, micro(begin))
	}
	leaf, born := median(made), median(caged)-median(plain)
	for _, row := range []struct {
		what string
		us   float64
	}{{"a leaf, made and removed", leaf}, {"a sandbox", median(plain)}, {"a sandbox that is born in its leaf", median(caged)}, {"leaf and difference together", leaf + born}} {
		t.Rows = append(t.Rows, []string{row.what, fmt.Sprintf("%.0f", row.us)})
	}
	t.Bars = []bar{bar{What: "library, milliseconds for a leaf (no ratio)", Must: 0.2}.got((leaf + born) / 1e3)}
	return t, nil
}

func micro(begin time.Time) float64 { return float64(time.Since(begin).Nanoseconds()) / 1e3 }

// inDelegated measures from inside a delegated tree, where nobody has to be asked, in a
// process of its own.
func inDelegated(s setup) ([]table, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	tables, err := decodeTables(exec.Command(look("systemd-run"), "--user", "--scope", "--quiet", "-p", "Delegate=yes",
		self, "-part", "delegated", "-snug", s.snug, "-dir", s.dir, "-n", strconv.Itoa(s.rounds)))
	return tables, err
}

// delegated makes room for others' cgroups beside its own first.
func delegated(s setup) ([]table, error) {
	if err := stepAside(); err != nil {
		return nil, err
	}
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	r.pause = between
	caged := s.snugRun(self, s.tiny)
	caged.name, caged.argv = "snug run --cgroup", append([]string{caged.argv[0], "run", "--cgroup"}, caged.argv[2:]...)
	all := interleave(r, []contestant{s.snugRun(self, s.tiny), caged}, s.rounds)
	return []table{timeTable("a cgroup in a delegated tree", "Microseconds from fork to exit, started inside a unit with Delegate=yes.", all)}, nil
}

func stepAside() error {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	_, own, _ := strings.Cut(strings.TrimSpace(string(text)), "0::")
	dir := filepath.Join("/sys/fs/cgroup", own, "bench")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0)
}

// hasManager says whether a user manager of systemd's is in reach.
func hasManager() bool {
	_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "systemd/private"))
	return err == nil && os.Getenv("XDG_RUNTIME_DIR") != ""
}

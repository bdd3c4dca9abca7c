package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

const hostMounts = 1000

// withMounts repeats the main figure on a host with a large mount table, as container
// hosts and automounters have.
// The table is made in a mount namespace of our own, so it needs no root; all contestants
// then run one user namespace deeper.
func withMounts(s setup) ([]table, error) {
	r, err := newRunner() // locks the thread: capabilities belong to threads
	if err != nil {
		return nil, err
	}
	before := countMounts()
	if err := makeMounts("/mnt"); err != nil {
		return nil, err
	}
	if err := becomeOrdinary(); err != nil {
		return nil, err
	}
	all := interleave(r, []contestant{
		s.bwrap(self, s.tiny), s.snugRun(self, s.tiny), s.unshare(self, s.tiny),
	}, s.rounds)
	title := fmt.Sprintf("command, %d host mounts", hostMounts)
	t := timeTable(title, fmt.Sprintf("%d mounts of the machine and %d binds.", before, countMounts()-before), all)
	t.Bars = []bar{bar{What: title, Must: 0.30, Aim: 0.15}.got(all[1].ratio(all[0]))}
	return []table{t}, nil
}

func makeMounts(many string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make / private: %w", err)
	}
	// A tmpfs of our own: the directories go with the namespace. Short paths, because the
	// kernel prints them into the table that bwrap reads again and again.
	if err := unix.Mount("tmpfs", many, "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("mount tmpfs on %s: %w", many, err)
	}
	for i := range hostMounts {
		at := filepath.Join(many, strconv.Itoa(i))
		if err := os.Mkdir(at, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(at, at, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind %s: %w", at, err)
		}
	}
	return nil
}

func countMounts() int {
	table, _ := os.ReadFile("/proc/self/mountinfo")
	return lines(table)
}

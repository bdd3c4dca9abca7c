package main

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

func TestDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"": 0, "30": 30 * time.Second, "1.5": 1500 * time.Millisecond, "30s": 30 * time.Second,
		"5m": 5 * time.Minute, "1h30m": 90 * time.Minute, "1d": 24 * time.Hour, "200ms": 200 * time.Millisecond,
	} {
		if got, err := duration("timeout", s); err != nil || got != want {
			t.Errorf("duration(%q): got %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"0", "-1", "x", "1y", "d", "1e30", "NaN", "inf", "-5s", "0s", "1e-10", "0.1ns", "1dd", "infd", " 1", "1 s"} {
		if got, err := duration("timeout", s); err == nil {
			t.Errorf("duration(%q): got %v, want an error", s, got)
		}
	}
}

func TestSignal(t *testing.T) {
	for s, want := range map[string]unix.Signal{
		"": 0, "TERM": unix.SIGTERM, "SIGTERM": unix.SIGTERM, "sigint": unix.SIGINT, "9": 9, "64": 64,
	} {
		if got, err := signal("stop-signal", s); err != nil || got != want {
			t.Errorf("signal(%q): got %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"0", "65", "-1", "NOPE", "SIG", "1.5", "SIGSIGTERM", "TERM ", "+9x"} {
		if got, err := signal("stop-signal", s); err == nil {
			t.Errorf("signal(%q): got %v, want an error", s, got)
		}
	}
}

func TestPids(t *testing.T) {
	for s, want := range map[string]int{"": 0, "max": -1, "unlimited": -1, "2": 2, "4194304": 1 << 22} {
		if got, err := pids(s); err != nil || got != want {
			t.Errorf("pids(%q): got %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"0", "1", "-5", "x", "4194305", "1k"} {
		if got, err := pids(s); err == nil {
			t.Errorf("pids(%q): got %v, want an error", s, got)
		}
	}
}

func TestSize(t *testing.T) {
	for s, want := range map[string]uint64{
		"0": 0, "512": 512, "1k": 1 << 10, "1K": 1 << 10, "1KiB": 1 << 10, "1kb": 1 << 10, "512M": 512 << 20,
		"1.5G": 3 << 29, "2T": 2 << 40, "max": userns.Unlimited, "unlimited": userns.Unlimited,
	} {
		if got, ok := profile.Size(s); !ok || got != want {
			t.Errorf("size(%q): got %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "-1", "x", "k", "1x", "1e30", "99999999T", "NaN", "b", "1kk", "inf", "i", "0x10", "1k1", " 1", "-max"} {
		if got, ok := profile.Size(s); ok {
			t.Errorf("size(%q): got %v, want an error", s, got)
		}
	}
}

func TestRlimit(t *testing.T) {
	for s, want := range map[string]userns.Rlimit{
		"nofile=64":            {Name: "nofile", Soft: 64, Hard: 64},
		"RLIMIT_NOFILE=64:128": {Name: "nofile", Soft: 64, Hard: 128},
		"as=1G:max":            {Name: "as", Soft: 1 << 30, Hard: userns.Unlimited},
	} {
		if got, err := rlimit(s); err != nil || got != want {
			t.Errorf("rlimit(%q): got %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "nofile", "nofile=", "nofile=x", "nofile=1:", "nofile=1:2:3", "nofile=-1", "nofile=1:-1", "nofile:1"} {
		if got, err := rlimit(s); err == nil {
			t.Errorf("rlimit(%q): got %v, want an error", s, got)
		}
	}
}

package main

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// byKong reads args as the words after `snug run` and says whether kong takes
// them.
func byKong(t testing.TB, args []string) (*runCmd, bool) {
	t.Helper()
	g := new(grammar)
	k, err := newParser(g, kong.Exit(func(int) { panic("help") }))
	if err != nil {
		t.Fatal(err)
	}
	k.Stdout, k.Stderr = new(strings.Builder), new(strings.Builder)
	defer func() { _ = recover() }() // --help ends the parser
	if _, err := k.Parse(append([]string{"run"}, args...)); err != nil {
		return nil, false
	}
	g.Run.Args = withoutDashes(g.Run.Args)
	return &g.Run, true
}

// compare fails if the fast reader takes what kong doesn't, or takes it for
// something else. It says whether the fast reader took it.
func compare(t testing.TB, args []string) bool {
	t.Helper()
	fast := new(runCmd)
	if !readFast(fast, args) {
		return false
	}
	slow, ok := byKong(t, args)
	if !ok {
		t.Fatalf("%q: the fast reader takes it, kong doesn't", args)
	}
	if diff := cmp.Diff(slow, fast, cmp.AllowUnexported(typed{}), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Fatalf("%q: kong and the fast reader differ (-kong +fast)\n%s", args, diff)
	}
	return true
}

func TestFastReads(t *testing.T) {
	for _, line := range []string{
		"true", "-- true", "-- -x", "make -j8 --mem 2g", "-r id", "-- -- x",
		"--bind a b --ro-bind c d -- x -- y", "--ro=/x true", "--setenv A b true", "--setenv A=b true",
		"-e A=b -e C true", "--clearenv --env A=1 true", "-v /a:/b:ro ls", "--timeout 5 --share-net --hostname=h sleep 1",
		"--cap-add NET_RAW,SYS_PTRACE --cap-drop ALL id", "--as-pid-1 --json --dry-run true", "--unshare-all --die-with-parent true",
	} {
		if !compare(t, strings.Fields(line)) {
			t.Errorf("%q: left to kong, and is common", line)
		}
	}
}

func TestFastLeavesToKong(t *testing.T) {
	for _, line := range []string{
		"", "--", "--mme 1 ls", "--help", "-h", "--bind a", "--bind -a b true", "--timeout", "--share-net=true x",
		"---w x true", "-rv x true", "-eA=b true", "--r true", "--timeout -- true", "--no-such x",
	} {
		if readFast(new(runCmd), strings.Fields(line)) {
			t.Errorf("%q: taken by the fast reader", line)
		}
	}
}

// words are what a command line can be made of.
func someWords() []string {
	words := []string{"--", "-", "", "true", "a=b", "=", "a", "-x", "/x", "/x:/y", "-e", "-r", "-v", "-w", "-rv", "--help",
		"--no-such", "--ro=/a", "--bind=/a", "--setenv=A=b", "---w", "-w=x", "--share-net=false", "é", "\xff", "--timeout="}
	for _, f := range fastNames {
		if strings.HasPrefix(f.name, "-") {
			words = append(words, f.name)
		} else {
			words = append(words, "--"+f.name)
		}
	}
	return words
}

func TestFastAgreesWithKong(t *testing.T) {
	words := someWords()
	r := rand.New(rand.NewPCG(1, 2))
	taken := 0
	const lines = 6_000 // 3 ms each, all of it kong's
	for i := range lines {
		var args []string
		if i%2 == 0 { // anything at all
			for range 1 + r.IntN(6) {
				args = append(args, words[r.IntN(len(words))])
			}
		} else {
			args = likelyLine(r, words)
		}
		if compare(t, args) {
			taken++
		}
	}
	if taken < lines/4 {
		t.Errorf("only %d of %d lines were read by the fast reader: the test compares too little", taken, lines)
	}
}

// likelyLine has flags with as many values as they take, and a command.
func likelyLine(r *rand.Rand, words []string) (args []string) {
	values := []string{"a", "/x", "a=b", "a,b", "1:2:3", "=", "=x", "é", "\xff", "a b", "\n", "${x}", "@x", "'", `"`, "1", "x=", "a--b"}
	value := func() string {
		if r.IntN(12) == 0 {
			return words[r.IntN(len(words))]
		}
		return values[r.IntN(len(values))]
	}
	for range r.IntN(6) {
		name := fastNames[r.IntN(len(fastNames))]
		flag := fastFlags[name.index]
		arg := name.name
		if !strings.HasPrefix(arg, "-") {
			arg = "--" + arg
		}
		switch {
		case flag.kind == fastBool || flag.kind == fastOrderedFlag:
			args = append(args, arg)
			continue
		case r.IntN(4) == 0:
			args = append(args, arg+"="+value())
		default:
			args = append(args, arg, value())
		}
		if flag.kind == fastOrdered && pair(flag.name) && r.IntN(10) > 0 {
			args = append(args, value())
		}
	}
	if r.IntN(2) == 0 {
		args = append(args, "--")
	}
	for range 1 + r.IntN(3) {
		args = append(args, value())
	}
	return args
}

func FuzzFast(f *testing.F) {
	f.Add("--bind\x00a\x00b\x00true")
	f.Add("-e\x00A=b\x00--\x00x")
	f.Add("--ro=/x\x00--\x00--\x00x")
	f.Fuzz(func(t *testing.T, line string) {
		compare(t, strings.Split(line, "\x00"))
	})
}

func TestEveryFlagIsInTheTable(t *testing.T) {
	k, err := newParser(new(grammar))
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range k.Model.Children {
		if node.Name != "run" {
			continue
		}
		for _, f := range node.Flags {
			names := append([]string{f.Name}, f.Aliases...)
			if f.Short != 0 {
				names = append(names, "-"+string(f.Short))
			}
			for _, n := range names {
				if f.Name != "help" && findFast(n) == nil {
					t.Errorf("%s: not in fast_flags.go; run go generate ./cmd/snug", n)
				}
			}
		}
	}
}

func BenchmarkReadFast(b *testing.B) {
	args := strings.Fields("-r --ro /opt -e A=b -- make -j8")
	for b.Loop() {
		readFast(new(runCmd), args)
	}
}

func BenchmarkKong(b *testing.B) {
	args := strings.Fields("-r --ro /opt -e A=b -- make -j8")
	for b.Loop() {
		byKong(b, args)
	}
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"snug/userns"
	"snug/userns/profile"
	"snug/userns/rootfs"
)

// evil is a name as other people might give it: nothing of it may reach a
// terminal as an order, or look like a line of ours.
const evil = "\x1b[31m\r\b\x7f\u009b1m\xff\n  fix: new line"

func TestNamesInAPlan(t *testing.T) {
	p := testPlan()
	p.Args, p.Paths, p.Dir, p.Hostname, p.Withheld = []string{evil}, []string{evil}, evil, evil, []string{evil}
	p.View = []rootfs.Step{
		{Op: rootfs.OpBind, Path: evil, Source: evil}, {Op: rootfs.OpSymlink, Path: "a", Link: evil},
		{Op: rootfs.OpBind, Path: evil, Source: evil, Inner: true}, {Op: rootfs.OpTmpfs, Path: evil},
	}
	var b strings.Builder
	if err := describePlan(&b, p); err != nil {
		t.Fatal(err)
	}
	harmless(t, "the plan", b.String())
}

func TestNamesInErrors(t *testing.T) {
	for what, err := range evilErrors(t) {
		if err == nil {
			t.Errorf("%s: no error", what)
			continue
		}
		var b strings.Builder
		report(&b, err)
		harmless(t, what, b.String())
		if n := strings.Count(b.String(), "\n") - len(excerptOf(err)); n > 3 {
			t.Errorf("%s: a name made %d lines of it:\n%s", what, n, b.String())
		}
		b.Reset()
		reportJSON(&b, err)
		if !json.Valid([]byte(b.String())) || strings.Count(b.String(), "\n") != 1 {
			t.Errorf("%s: no line of JSON: %q", what, b.String())
		}
	}
}

// evilErrors are real ones about such names.
func evilErrors(t *testing.T) map[string]error {
	dir := t.TempDir()
	hidden := filepath.Join(dir, evil)
	interpreted := "x" + evil
	for file, text := range map[string]string{hidden: "", filepath.Join(dir, interpreted): "#!/nonexistent\n"} {
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func(s *userns.Spec) error { return userns.Run(context.Background(), s) }
	errs := map[string]error{
		"hidden":         run(&userns.Spec{Args: []string{hidden}}),
		"no interpreter": run(&userns.Spec{Args: []string{"./" + interpreted}, Project: dir, Dir: dir}),
		"no command":     run(&userns.Spec{Args: []string{evil}}),
		"--timeout":      func() error { _, err := duration("timeout", evil); return err }(),
		"--volume":       volume(new(rootfs.Mount), evil+":::"),
		"--env-file":     envFile(new(userns.Spec), "/nonexistent/"+evil),
		"--profile":      func() error { _, err := (&finder{}).named(evil); return err }(),
		"profile file":   func() error { _, err := (&finder{}).named("/nonexistent/" + evil); return err }(),
		"profile key": func() error {
			_, err := profile.Parse(evil, evil, []byte("'"+"\\u"+"' = 1\n\"a\\u001b[31m\" = 2"))
			return err
		}(),
		"--rlimit": func() error { _, err := rlimit(evil); return err }(),
	}
	for what, spec := range map[string]*userns.Spec{
		"project":    {Project: "/nonexistent/" + evil},
		"root":       {Root: "/nonexistent/" + evil},
		"source":     {Mounts: []rootfs.Mount{{Source: "/nonexistent/" + evil, Target: "/tmp/x", Flag: "--ro"}}},
		"target":     {Mounts: []rootfs.Mount{{Kind: rootfs.Tmpfs, Target: "/etc/passwd/" + evil, Flag: "--tmpfs"}}},
		"directory":  {Dir: evil},
		"capability": {AddCaps: []string{evil}},
		"limit":      {Rlimits: []userns.Rlimit{{Name: evil}}},
		"command":    {Args: []string{evil}, Env: []string{}},
		"hostname":   {Hostname: strings.Repeat(evil, 5)},
	} {
		if spec.Args == nil {
			spec.Args = []string{"true"}
		}
		h, err := userns.Gather(spec)
		if err == nil {
			_, err = userns.Resolve(spec, h)
		}
		if err == nil {
			err = h.CheckProject(evil)
		}
		errs[what] = err
	}
	return errs
}

func harmless(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, unicode.IsControl) || strings.HasPrefix(line, "  fix: new line") || !utf8.ValidString(line) {
			t.Errorf("%s: prints %q", what, line)
		}
	}
}

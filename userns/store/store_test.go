package store

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"
)

// open makes a directory of records of its own.
func open(t *testing.T) *Dir {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	d, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// process starts one that lasts as long as the test.
func process(t *testing.T) (*exec.Cmd, Process) {
	t.Helper()
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	p, err := ProcessOf(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	return cmd, p
}

// record is one of a sandbox that runs.
func record(t *testing.T, name string) *Record {
	t.Helper()
	_, keeper := process(t)
	_, init := process(t)
	return &Record{Name: name, Named: name != "", Keeper: keeper, Init: init, PIDNamespace: PIDNamespace(), Created: time.Now()}
}

func all(t *testing.T, d *Dir) (names []string) {
	t.Helper()
	records, err := d.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		names = append(names, r.Name)
	}
	return names
}

func files(t *testing.T, d *Dir) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestRecordComesBack(t *testing.T) {
	d := open(t)
	r := record(t, "web")
	r.Args, r.Dir, r.Entry = []string{"a\x1b", "b c"}, "/x", []byte(`{"a":1}`)
	if err := d.Claim(r); err != nil {
		t.Fatal(err)
	}
	got, err := d.All()
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if diff := cmp.Diff(r, got[0], cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := got[0].State(); s != Running {
		t.Errorf("it is %s", s)
	}
	if err := d.Remove(got[0]); err != nil || len(files(t, d)) != 0 {
		t.Errorf("%v, and there is %v left", err, files(t, d))
	}
}

func TestNameIsTaken(t *testing.T) {
	d := open(t)
	if err := d.Claim(record(t, "web")); err != nil {
		t.Fatal(err)
	}
	if err := d.Claim(record(t, "web")); err != unix.EEXIST {
		t.Errorf("got %v", err)
	}
	if got := files(t, d); !slices.Equal(got, []string{"web.json"}) {
		t.Errorf("got %v", got)
	}
}

// What was killed gives its name back, unless somebody may want to know.
func TestNameOfTheDead(t *testing.T) {
	d := open(t)
	for detached, want := range map[bool]error{false: nil, true: unix.EEXIST} {
		name := "dead-" + strconv.FormatBool(detached)
		r := record(t, name)
		r.Init.Start++ // its number is another's by now
		r.Keeper.Start--
		r.Detached = detached
		if err := d.Claim(r); err != nil {
			t.Fatal(err)
		}
		if s := r.State(); s != Lost {
			t.Errorf("%s is %s", name, s)
		}
		if err := d.Claim(record(t, name)); err != want {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
}

func TestStates(t *testing.T) {
	d := open(t)
	for want, change := range map[State]func(r *Record){
		Running:   func(r *Record) {},
		Starting:  func(r *Record) { r.Init = Process{} },
		Ended:     func(r *Record) { r.Ending = &Ending{} },
		Elsewhere: func(r *Record) { r.PIDNamespace++ },
		Lost:      func(r *Record) { r.Init.Start++; r.Keeper.Pid = 1 << 30 },
	} {
		r := record(t, string(want))
		change(r)
		if got := r.State(); got != want || r.Over() != (want == Ended || want == Lost) {
			t.Errorf("got %s, %v, want %s", got, r.Over(), want)
		}
		if err := d.Claim(r); err != nil {
			t.Fatal(err)
		}
	}
	// Who has just been killed is swept; who is elsewhere is nobody's business here.
	if got, want := all(t, d), []string{"ended", "elsewhere", "running", "starting"}; !cmp.Equal(got, want, cmpopts.SortSlices(strings.Compare)) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Of those who look at the same dead record, none removes a live one that comes meanwhile.
func TestRemoveMindsTheNext(t *testing.T) {
	d := open(t)
	old := record(t, "web")
	if err := d.Claim(old); err != nil {
		t.Fatal(err)
	}
	seen, err := d.read("web.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(old); err != nil {
		t.Fatal(err)
	}
	if err := d.Claim(record(t, "web")); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(seen); err != nil || !slices.Equal(files(t, d), []string{"web.json"}) {
		t.Errorf("%v; there is %v", err, files(t, d))
	}
}

// Two hundred at once for ten names, while others look.
func TestManyAtOnce(t *testing.T) {
	d := open(t)
	_, keeper := process(t)
	var won sync.Map
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			r := &Record{Name: "n" + strconv.Itoa(i%10), Named: true, Keeper: keeper, PIDNamespace: PIDNamespace(), Created: time.Now()}
			switch err := d.Claim(r); err {
			case nil:
				if _, two := won.LoadOrStore(r.Name, i); two {
					t.Errorf("two got %s", r.Name)
				}
				r.Init = keeper
				if err := d.Put(r); err != nil {
					t.Error(err)
				}
			case unix.EEXIST:
			default:
				t.Error(err)
			}
			if _, err := d.All(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := all(t, d); len(got) != 10 {
		t.Errorf("got %v", got)
	}
	if got := files(t, d); len(got) != 10 {
		t.Errorf("got %v", got)
	}
}

func TestFind(t *testing.T) {
	web, web2, api := record(t, "web"), record(t, "web-2"), record(t, "api")
	records := []*Record{web, web2, api}
	for id, want := range map[string][]*Record{
		"web": {web}, "web-": {web2}, "we": {web, web2}, "a": {api}, "": nil, "x": nil, "webx": nil,
		strconv.Itoa(api.Keeper.Pid): {api}, strconv.Itoa(api.Init.Pid): {api}, "999999999": nil, "-1": nil,
	} {
		if got := Find(records, id); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", id, got, want)
		}
	}
	if got := Find(append(records, record(t, "web")), "web"); len(got) != 2 {
		t.Errorf("two of one name: got %d", len(got))
	}
}

func TestNames(t *testing.T) {
	for name, good := range map[string]bool{
		"web": true, "a": true, "0a": true, "a-b_c.d": true, "1-": true, strings.Repeat("a", 64): true,
		"": false, "12": false, "A": false, "-a": false, ".a": false, "_a": false, "a/b": false, "a b": false, "a\n": false, "é": false,
		"..": false, strings.Repeat("a", 65): false,
	} {
		if err := CheckName(name); (err == nil) != good {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for command, want := range map[string]string{
		"make": "make-7", "/usr/bin/Xvfb": "xvfb-7", "a b": "a_b-7", "...": "sandbox-7", "\x1b[m": "_m-7", "/": "sandbox-7", "é": "sandbox-7", strings.Repeat("x", 99): strings.Repeat("x", 40) + "-7",
	} {
		got := NameOf(command, 7)
		if err := CheckName(strings.TrimLeft(got, "_")); err != nil {
			t.Errorf("%q: %q is no name", command, got)
		}
		if command != "\x1b[m" && got != want {
			t.Errorf("%q: got %q, want %q", command, got, want)
		}
	}
}

// A directory that isn't the user's alone is not used.
func TestHostileDirectory(t *testing.T) {
	for name, lay := range map[string]func(at string) error{
		"a link":       func(at string) error { return os.Symlink(t.TempDir(), at) },
		"a file":       func(at string) error { return os.WriteFile(at, nil, 0o600) },
		"open to all":  func(at string) error { return errors.Join(os.Mkdir(at, 0o777), os.Chmod(at, 0o777)) },
		"to the group": func(at string) error { return errors.Join(os.Mkdir(at, 0o750), os.Chmod(at, 0o710)) },
		"a dead link":  func(at string) error { return os.Symlink("/nonexistent", at) },
	} {
		t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
		if err := lay(Path()); err != nil {
			t.Fatal(err)
		}
		if d, err := Open(); !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: got %v, %v", name, d, err)
		}
	}
	for _, runtime := range []string{"", "relative", "."} {
		t.Setenv("XDG_RUNTIME_DIR", runtime)
		if _, err := Open(); err != ErrNoRuntimeDir {
			t.Errorf("%q: got %v", runtime, err)
		}
	}
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(t.TempDir(), "none"))
	if _, err := Open(); err != unix.ENOENT {
		t.Errorf("got %v", err)
	}
}

// What is no record is left alone, and harms nobody.
func TestStrangeFiles(t *testing.T) {
	d := open(t)
	if err := d.Claim(record(t, "web")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a.json": "", "b.json": "{}", "c.json": `{"schema":2,"name":"c","named":true}`, "d.json": `{"schema":1,"name":"web","named":true}`,
		"e.json": "\x00", "f": "x", ".json": `{"schema":1,"name":"x"}`,
	} {
		if err := os.WriteFile(filepath.Join(d.Path(), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		os.Symlink("web.json", filepath.Join(d.Path(), "link.json")), unix.Mkfifo(filepath.Join(d.Path(), "pipe.json"), 0o600),
		os.Mkdir(filepath.Join(d.Path(), "dir.json"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := all(t, d); !slices.Equal(got, []string{"web"}) {
		t.Errorf("got %v", got)
	}
	if got := files(t, d); len(got) != 11 {
		t.Errorf("there is %v", got)
	}
}

// What never got its name is removed after a while.
func TestSweep(t *testing.T) {
	d := open(t)
	for name, age := range map[string]time.Duration{".new-1-1": time.Hour, ".new-2-1": 0} {
		file := filepath.Join(d.Path(), name)
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(file, time.Now(), time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	all(t, d)
	if got := files(t, d); !slices.Equal(got, []string{".new-2-1"}) {
		t.Errorf("got %v", got)
	}
}

// A record with everything in it is read as it was written.
func TestWholeRecord(t *testing.T) {
	d := open(t)
	r := record(t, "web")
	r.Args, r.Dir, r.StopTimeout, r.Cgroup, r.SharesPID, r.Detached, r.Remove = []string{"a\"\x1b", ""}, "/x y", time.Minute, true, true, true, true
	r.Ending = &Ending{At: time.Now(), ExitCode: 137, Signal: 9, Reason: "out of memory", OOM: true}
	r.Entry = []byte(`{"a":[1,2]}`)
	if err := d.Put(r); err != nil {
		t.Fatal(err)
	}
	got, err := d.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got, cmpopts.IgnoreUnexported(Record{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package rootfs

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// texts is all that an error says.
func texts(err error) map[string]string {
	var e *Error
	if !errors.As(err, &e) {
		return map[string]string{"": "no *Error"}
	}
	all := map[string]string{"error": e.Error(), "cause": e.Cause(), "hint": e.Hint()}
	var errno unix.Errno
	if errors.As(err, &errno) {
		all["errno"] = unix.ErrnoName(errno)
	}
	return all
}

// elsewhere is the advice where there is no better one.
const elsewhere = "check the path, or choose another place inside, such as one below /tmp"

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		host machine
		r    *Request
		want map[string]string
	}{
		{"a root that isn't there", debian, plain(inRoot("/gone")), map[string]string{
			"error": "list /gone: no such file or directory", "cause": "the root of the view can't be read", "hint": "check the directory's mode, and the limit on descriptors (ulimit -n)", "errno": "ENOENT"}},
		{"what isn't there", debian, plain(wishes(bind("/gone", "/tmp/x"))), map[string]string{
			"error": "--bind /gone: no such file or directory", "cause": "there is nothing to bind at /gone",
			"hint": "check the path, or use --bind-try, which passes over what is missing", "errno": "ENOENT"}},
		{"the root as a target", debian, plain(wishes(tmpfs("/"))), map[string]string{
			"error": "--tmpfs /: the root itself can't be a mount point", "cause": "the root itself can't be a mount point", "hint": elsewhere}},
		{"the same, spelt oddly", debian, plain(wishes(tmpfs("/x/../.."))), map[string]string{
			"error": "--tmpfs /x/../..: the root itself can't be a mount point", "cause": "the root itself can't be a mount point", "hint": elsewhere}},
		{"a directory on a file", debian, plain(wishes(bind("/opt", "/etc/passwd"))), map[string]string{
			"error": "--bind /etc/passwd: a directory can't be mounted over a file", "cause": "a directory can't be mounted over a file", "hint": elsewhere}},
		{"a file on a directory", debian, plain(wishes(bind("/srv/f", "/opt"))), map[string]string{
			"error": "--bind /opt: a file can't be mounted over a directory", "cause": "a file can't be mounted over a directory", "hint": elsewhere}},
		{"a file on a private directory", debian, plain(wishes(bind("/srv/f", "/tmp"))), map[string]string{
			"error": "--bind /tmp: a file can't be mounted over a directory", "cause": "a file can't be mounted over a directory", "hint": elsewhere}},
		{"a file on /proc", debian, plain(wishes(bind("/srv/f", "/proc"))), map[string]string{
			"error": "--bind /proc: a file can't be mounted over a directory", "cause": "a file can't be mounted over a directory", "hint": elsewhere}},
		{"a file that was just mounted", debian, plain(wishes(bind("/srv/f", "/tmp/f"), dir("/tmp/f"))), map[string]string{
			"error": "--dir /tmp/f: a directory can't be mounted over a file", "cause": "a directory can't be mounted over a file", "hint": elsewhere}},
		{"below a file", debian, plain(wishes(bind("/opt", "/etc/passwd/x"))), map[string]string{
			"error": "--bind /etc/passwd/x: /etc/passwd is not a directory", "cause": "/etc/passwd is not a directory", "hint": elsewhere}},
		{"in a directory with too many others", layout("/usr/bin/").crowd("/usr/bin", maxOpen+1), plain(wishes(dir("/usr/bin/new"))), map[string]string{
			"error": "--dir /usr/bin/new: /usr/bin has no such entry, and with 257 others it is too large to add one",
			"cause": "/usr/bin has no such entry, and with 257 others it is too large to add one",
			"hint":  "choose a place inside that exists, or one below /tmp"}},
		{"in a directory that can't be listed", func() machine { m := debian.with("/srv/x/"); m["/srv/x"] = "closed"; return m }(), plain(wishes(dir("/srv/x/new"))), map[string]string{
			"error": "--dir /srv/x/new: permission denied", "cause": "/srv/x can't be read, so no mount point can be added to it", "hint": elsewhere, "errno": "EACCES"}},
		{"in a writable directory of the host", debian, plain(wishes(rw("/srv/x"), tmpfs("/srv/x/a/b"))), map[string]string{
			"error": "--tmpfs /srv/x/a/b: /srv/x/a does not exist, and making it would leave it behind in your files",
			"cause": "/srv/x/a does not exist, and making it would leave it behind in your files",
			"hint":  "make it first (mkdir -p), or choose another place inside, such as below /tmp"}},
		{"in the project", debian, plain(project("/home/u/p"), wishes(dir("/home/u/p/new"))), map[string]string{
			"error": "--dir /home/u/p/new: /home/u/p/new does not exist, and making it would leave it behind in your files",
			"cause": "/home/u/p/new does not exist, and making it would leave it behind in your files",
			"hint":  "make it first (mkdir -p), or choose another place inside, such as below /tmp"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps, err := Arrange(c.r, c.host)
			if diff := cmp.Diff(c.want, texts(err)); diff != "" || steps != nil {
				t.Errorf("%v, %d steps (-want +got):\n%s", err, len(steps), diff)
			}
		})
	}
}

func TestJustSmallEnough(t *testing.T) {
	host := layout("/usr/bin/").crowd("/usr/bin", maxOpen)
	see(t, host, plain(wishes(dir("/usr/bin/new"))), map[string]string{"/usr/bin/new": "private", "/usr/bin/255": "/usr/bin/255 ro"})
}

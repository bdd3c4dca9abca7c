package launch

import (
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// The assembler knows these numbers (native_amd64.s).
func TestLayoutOfOps(t *testing.T) {
	var o op
	got := []uintptr{
		unsafe.Offsetof(o.nr), unsafe.Offsetof(o.args), unsafe.Offsetof(o.load), unsafe.Offsetof(o.out),
		unsafe.Offsetof(o.allow), unsafe.Offsetof(o.allow) + unsafe.Sizeof(o.allow[0]), unsafe.Offsetof(o.want),
		unsafe.Offsetof(o.exact), unsafe.Sizeof(o),
	}
	if diff := cmp.Diff([]uintptr{0, 8, 56, 64, 72, 76, 88, 96, 104}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLink(t *testing.T) {
	p := new(Program)
	s := p.Keep(1, Int(-1), p.Text("text"), p.Vector([]string{"a"}, nil, []string{"b", ""}), p.Empty())
	p.Add(2, Held(s), File(FileStdin), Held(s), p.Bytes([]byte("xy")), Int(int32(-100)), Int(uint32(1<<31))).
		Tolerate(unix.EAGAIN).Tolerate(unix.EBADF).Expect(-5)
	files := []int{10, 11, 12, 13, 14, 15}
	l := link(p, files)
	defer l.keep()
	first, second := &l.ops[0], &l.ops[1]

	slot := uintptr(unsafe.Pointer(&l.slots[s]))
	minusOne, cwd := -1, -100
	want := op{nr: 2, args: [6]uintptr{slot, 13, slot, second.args[3], uintptr(cwd), 1 << 31}, load: 1 | 4,
		allow: [4]uint32{uint32(unix.EAGAIN), uint32(unix.EBADF)}, want: -5, exact: 1}
	if diff := cmp.Diff(want, *second, cmp.AllowUnexported(op{})); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	if first.nr != 1 || first.args[0] != uintptr(minusOne) || first.out != slot || first.load != 0 || first.exact != 0 {
		t.Errorf("first: got %+v", first)
	}
	for i, want := range map[uintptr]string{first.args[1]: "text\x00", first.args[3]: "\x00", second.args[3]: "xy"} {
		if got := l.textAt(i, len(want)); got != want {
			t.Errorf("text: got %q, want %q", got, want)
		}
	}
	vector := (first.args[2] - uintptr(unsafe.Pointer(&l.vectors[0]))) / unsafe.Sizeof(uintptr(0))
	var got []string
	for _, at := range l.vectors[vector : vector+3] {
		got = append(got, l.textAt(at, 2))
	}
	if diff := cmp.Diff([]string{"a\x00", "b\x00", "\x00\x00"}, got); diff != "" || l.vectors[vector+3] != 0 {
		t.Errorf("vector, ends with %#x (-want +got):\n%s", l.vectors[vector+3], diff)
	}
}

// textAt is n bytes at an address that must be in l's text.
func (l *linked) textAt(at uintptr, n int) string {
	off := at - uintptr(unsafe.Pointer(&l.text[0]))
	if off > uintptr(len(l.text)) || int(off)+n > len(l.text) {
		return "(outside)"
	}
	return string(l.text[off : int(off)+n])
}

func TestEmptyIsKept(t *testing.T) {
	p := new(Program)
	if first, second := p.Empty(), p.Empty(); first != second || len(p.text) != 1 {
		t.Errorf("two empty strings take %d bytes", len(p.text))
	}
}

func TestStepsFollowCalls(t *testing.T) {
	p := everything()
	if len(p.Steps) != len(p.Calls) {
		t.Fatalf("%d steps, %d calls", len(p.Steps), len(p.Calls))
	}
	for step, want := range map[Step]string{{}: "", {"a", ""}: "a", {"a", "b"}: "a b"} {
		if got := step.String(); got != want {
			t.Errorf("%#v: got %q, want %q", step, got, want)
		}
	}
}

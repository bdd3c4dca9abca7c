package cgroupv2

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
)

// request is what is asked of systemd.
type request struct {
	name       string
	pids       []int // the first is the keeper
	properties []sd.Property
}

func scopeOf(o TreeOptions, all []int) request {
	r := request{name: nameOf(o.Name), pids: all}
	pids := make([]uint32, len(all))
	for i, pid := range all {
		pids[i] = uint32(pid)
	}
	r.properties = []sd.Property{
		sd.PropDescription(cmp.Or(oneLine(o.Description), "snug sandbox")),
		{Name: "Delegate", Value: dbus.MakeVariant(true)},
		// A scope that failed, as all do whose processes were killed, would stay.
		{Name: "CollectMode", Value: dbus.MakeVariant("inactive-or-failed")},
		{Name: "PIDs", Value: dbus.MakeVariant(pids)},
	}
	for _, p := range o.Properties {
		r.properties = append(r.properties, p.bus...)
	}
	return r
}

// oneLine is a description that systemd takes: UTF-8 without control characters.
func oneLine(s string) string {
	const longest = 200
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "..."
	}
	return s
}

// newScope has the manager start the scope. A connection that is lost on the way, as by
// systemctl daemon-reexec, is made anew: by then the scope may exist.
func newScope(ctx context.Context, m *manager, h hierarchy, r request) (unit string, err error) {
	since := time.Now()
	for {
		unit, err := m.start(ctx, h, r)
		again := m.lost(err) || absent(err) && restarting(since)
		if again && ctx.Err() == nil {
			m.close()
			if unit, ok := inScope(h, r); ok {
				return unit, nil
			}
			pause(ctx)
			if m, err = dialAny(ctx, environment()); err != nil {
				if outOfTime(ctx) { // whoever was there once is not missing
					err = silent("what listens there", ctx)
				}
				return "", err
			}
			continue
		}
		if err == nil {
			m.tidy(ctx, h, r.pids[0])
		}
		m.close()
		return unit, m.explain(ctx, err)
	}
}

// start starts the scope and waits until its job is done.
func (m *manager) start(ctx context.Context, h hierarchy, r request) (string, error) {
	name, job, err := m.startUnique(ctx, r)
	if err != nil {
		return "", err
	}
	result, err := m.await(ctx, job)
	if err == nil && result != "done" {
		err = fmt.Errorf("its job ended with %q", result)
	}
	if err != nil {
		return "", err
	}
	// Not everybody who says "done" is systemd, or does it.
	if cgroup, ok := inScope(h, r); !ok {
		return "", notEnforced(name, "systemd says it is done, but the process is in cgroup "+cgroup,
			"see whether "+m.at.socket+" is your systemd: systemctl --user status")
	}
	return name, nil
}

// startUnique sends the request. A unit of that name may be left from a process with
// the same number that crashed: it is reset, once; if it still stands, it is
// somebody's, and another name is taken.
func (m *manager) startUnique(ctx context.Context, r request) (name string, job dbus.ObjectPath, err error) {
	another := r.name + "-" + strconv.FormatInt(time.Now().UnixNano()%1e6, 36)
	for i, base := range []string{r.name, r.name, another} {
		name = base + ".scope"
		job, err = m.startTransientUnit(ctx, name, r.properties)
		if !isBusError(err, "org.freedesktop.systemd1.UnitExists") {
			return name, job, err
		}
		if i == 0 {
			m.call(ctx, "ResetFailedUnit", nil, name)
		}
	}
	return name, job, err
}

// inScope says whether the keeper is in a scope of the name that was asked for.
func inScope(h hierarchy, r request) (cgroup string, ok bool) {
	cgroup, err := h.of(r.pids[0])
	if err != nil {
		return "unknown", false
	}
	base, scope := strings.CutSuffix(path.Base(cgroup), ".scope")
	if !scope || base != r.name && !strings.HasPrefix(base, r.name+"-") {
		return cgroup, false
	}
	return path.Base(cgroup), true
}

package main

import (
	"errors"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/store"
)

// listed is a sandbox's place among the records of package store, so that snug ps and all
// others find it. A nil *listed is none, which only one without a name can do with.
type listed struct {
	dir    *store.Dir
	record *store.Record
	log    *store.Log // of a detached one
}

// list makes a place for the sandbox of that plan, and takes its name.
func (r *runCmd) list(plan *userns.Plan) (*listed, error) {
	dir, err := store.Open()
	if err != nil {
		if r.found() {
			return nil, noRecords(err)
		}
		return nil, nil // it is only not seen by others
	}
	keeper := os.Getpid()
	if userns.Monitored() {
		keeper = os.Getppid()
	}
	l := &listed{dir: dir, record: &store.Record{
		Name: r.Name, Named: r.found(), Detached: r.Detach, Remove: r.Rm, Keeper: store.Process{Pid: keeper},
		Created: time.Now(), Args: plan.Args, Dir: plan.Dir, StopTimeout: plan.StopTimeout,
		SharesPID: plan.Share&userns.SharePID != 0,
	}}
	if r.Name == "" {
		l.record.Name = store.NameOf(plan.Args[0], keeper)
	}
	if r.found() {
		err = l.claim(r)
	}
	return l, err
}

// found says whether the sandbox has to be found, by a name that is its own.
func (r *runCmd) found() bool { return r.Name != "" || r.Detach }

// claim takes the name, before anything starts, and begins the log.
func (l *listed) claim(r *runCmd) (err error) {
	if l.record.Keeper, err = store.ProcessOf(l.record.Keeper.Pid); err != nil {
		return noRecords(err)
	}
	l.record.PIDNamespace = store.PIDNamespace()
	generated := l.record.Name
	for n := 2; ; n++ {
		err = l.dir.Claim(l.record)
		if err != unix.EEXIST || r.Name != "" {
			break
		}
		l.record.Name = generated + "-" + strconv.Itoa(n) // somebody has asked for just that
	}
	switch {
	case err == unix.EEXIST:
		return &userns.Error{Do: "name the sandbox", On: r.Name, Err: err, Why: l.holder(),
			Fix: "choose another name, or end and remove that one: snug stop " + r.Name + "; snug rm " + r.Name}
	case err != nil:
		return noRecords(err)
	case !r.Detach:
		return nil
	}
	most, err := r.logSize()
	if err == nil {
		if l.log, err = l.dir.NewLog(l.record.Name, most); err != nil {
			err = noRecords(err)
		}
	}
	if err != nil {
		l.drop()
	}
	return err
}

// holder says who has the name already.
func (l *listed) holder() string {
	all, _ := l.dir.All()
	for _, r := range all {
		if r.Name == l.record.Name {
			return "there is one of that name (" + string(r.State()) + "): " + commandOf(r)
		}
	}
	return "there is one of that name"
}

// runs writes the record: the command runs.
func (l *listed) runs(pid int, plan *userns.Plan) {
	if l == nil {
		return
	}
	r := l.record
	var err error
	if r.Init, err = store.ProcessOf(pid); err != nil {
		return // it has ended already
	}
	if !r.Named {
		r.Keeper, _ = store.ProcessOf(r.Keeper.Pid)
		r.PIDNamespace = store.PIDNamespace()
	}
	r.Cgroup = ownCgroup(plan)
	r.Entry = plan.Entry().AppendJSON(nil)
	l.dir.Put(r) // no room: it isn't seen by others
}

// ownCgroup says whether the sandbox is in a cgroup of its own by now.
func ownCgroup(plan *userns.Plan) bool {
	c, _ := plan.Cgroup.(*cage)
	return c.leaf() != nil
}

// file is the path of the record, for a monitor that removes it.
func (l *listed) file() string {
	if l == nil {
		return ""
	}
	return l.dir.FileOf(l.record)
}

// ended says how it ended, if there is to be something left of it.
func (l *listed) ended(e *end) {
	switch {
	case l == nil:
	case l.record.Detached && !l.record.Remove:
		d := e.document()
		l.record.Ending = &store.Ending{At: time.Now(), ExitCode: d.ExitCode, Signal: d.Signal, Reason: d.Reason, OOM: d.OOM}
		l.dir.Put(l.record)
	default:
		l.drop()
	}
}

// drop removes the record.
func (l *listed) drop() {
	if l != nil {
		l.dir.Remove(l.record)
	}
}

// noRecords says why there can be no record.
func noRecords(err error) error {
	e := &userns.Error{Do: "keep records of sandboxes", On: store.Path(), Err: err, Why: "the kernel refuses it",
		Fix: "look at the directory: ls -ld $XDG_RUNTIME_DIR $XDG_RUNTIME_DIR/snug"}
	switch {
	case errors.Is(err, store.ErrNoRuntimeDir):
		e.On, e.Err = "in $XDG_RUNTIME_DIR/snug", unix.ENOENT
		e.Why = "XDG_RUNTIME_DIR is not set: a login sets it (systemd-logind), cron, su and sudo do not"
		e.Fix = "export XDG_RUNTIME_DIR=/run/user/$(id -u), if that is there (loginctl enable-linger makes it stay), or name a directory of your own"
	case errors.Is(err, store.ErrNotOurs):
		e.Err = unix.EPERM
		e.Why = "it is a link, somebody else's, or open to others, who could change how far a command reaches that enters a sandbox"
		e.Fix = "look at it, then: rm -r " + store.Path() + ", or chmod 700 " + store.Path()
	case errors.Is(err, unix.ENOENT):
		e.Why, e.Fix = "the directory that XDG_RUNTIME_DIR names is not there", "make it, or name one that is"
	case errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT):
		e.Why, e.Fix = "there is no room", "remove what isn't needed: snug rm --all, or see: du -sh $XDG_RUNTIME_DIR"
	}
	return e
}

package cgroupv2

import (
	"context"

	"golang.org/x/sys/unix"
)

// CellOptions say what is wanted of a [Cell].
type CellOptions struct {
	TreeOptions // Controllers are added, and Lenient for the best effort
	LeafOptions
}

// Cell is a leaf in a tree of its own, for one sandbox: what a command line tool needs.
// Where systemd has to be asked it is asked with the sandbox's first process in hand,
// so that it moves that out of another manager's tree in the same breath, and while
// that process makes its namespaces. It is used by one goroutine at a time.
type Cell struct {
	opts   CellOptions
	scope  *beginning // asked for, and not there yet
	tree   *Tree
	leaf   *Leaf
	direct error // why systemd is asked
	lost   error // why there is no cgroup at all, in a cell of the best effort
}

// NewCell makes the leaf if that can be done without asking anybody. Otherwise it only
// makes sure that there is a cgroup tree, and [Cell.Place] does the rest.
func NewCell(o CellOptions) (*Cell, error) {
	o.Controllers = append(o.Controllers, o.Limits.Controllers()...)
	o.Lenient = o.Lenient || o.BestEffort
	c := &Cell{opts: o}
	h, err := findHierarchy()
	if err != nil {
		return c, c.forgo(err)
	}
	tree, err := openDirect(h, o.TreeOptions)
	if err != nil {
		c.direct, c.scope = err, beginScope(h, o.TreeOptions)
		return c, nil
	}
	return c, c.fill(tree)
}

func (c *Cell) fill(tree *Tree) (err error) {
	c.tree = tree
	if c.leaf, err = tree.NewLeaf(c.opts.LeafOptions); err != nil {
		c.Close()
	}
	return err
}

// forgo decides whether a sandbox can do without a cgroup.
func (c *Cell) forgo(err error) error {
	if c.opts.BestEffort {
		c.lost = err
		return nil
	}
	return err
}

// FD is as for a [Leaf]: -1 says that Place has to be used.
func (c *Cell) FD() int {
	if c.leaf == nil {
		return -1
	}
	return c.leaf.FD()
}

// Place puts the sandbox's first process, which should wait, into the leaf.
func (c *Cell) Place(ctx context.Context, pid int) error {
	if c.lost != nil {
		return nil
	}
	if c.leaf == nil {
		begun := c.scope
		c.scope = nil
		tree, err := begun.finish(ctx, []int{pid})
		if err != nil {
			return c.forgo(withDirect(err, c.direct))
		}
		if err := c.fill(tree); err != nil {
			return err
		}
	}
	if err := c.leaf.Place(ctx, pid); err != nil {
		c.Close()
		return err
	}
	return nil
}

// Leaf is where the sandbox is: nil before it was placed, or if there is no cgroup.
func (c *Cell) Leaf() *Leaf { return c.leaf }

// Verdict is that of the leaf's accounts, before Close: the zero value if there is no leaf,
// or if somebody has removed it.
func (c *Cell) Verdict() Verdict {
	if c.leaf == nil {
		return Verdict{}
	}
	stats, err := c.leaf.Stats()
	if err != nil {
		return Verdict{}
	}
	return stats.Verdict()
}

// Scope is the systemd unit, or "".
func (c *Cell) Scope() string {
	if c.tree == nil {
		return ""
	}
	return c.tree.scope
}

// Missing says what the kernel doesn't hold.
func (c *Cell) Missing() (missing []error) {
	if c.lost != nil {
		return []error{c.lost}
	}
	if c.leaf == nil {
		return nil
	}
	for _, e := range append(c.tree.Missing, c.leaf.Missing...) {
		missing = append(missing, e)
	}
	return missing
}

// Leave is Close for a process that is about to end, and doesn't wait for what can be
// left to systemd and the keeper.
func (c *Cell) Leave() {
	if c.tree == nil || c.tree.scope == "" {
		c.Close()
		return
	}
	unix.Kill(c.tree.keeper.pid, unix.SIGKILL)
}

// Close kills what is left in the cell and removes it.
func (c *Cell) Close() error {
	if c.scope != nil { // nobody was placed
		c.scope.abandon()
		c.scope = nil
	}
	if c.tree == nil {
		return nil
	}
	if c.leaf != nil {
		c.leaf.Close()
	}
	return c.tree.Close()
}

// Likely says, without asking anybody, whether there may be a cgroup to be had: a
// directory that was delegated, or a socket on which a manager could listen.
func Likely() bool {
	h, err := findHierarchy()
	if err != nil {
		return false
	}
	if own, err := h.of(0); err == nil {
		if at, ok := h.dir(own); ok && ours(at) && h.delegated(own) {
			return true
		}
	}
	for _, a := range environment() {
		if a.socket[0] == '@' || unix.Access(a.socket, unix.W_OK) == nil {
			return true
		}
	}
	return false
}

package launch

import "golang.org/x/sys/unix"

// Placeholders in a project (package userns says what for) are taken away when the sandbox
// has ended, also when everything of snug was killed. So a process of a few hundred bytes
// is left that waits for just that: the sweeper.
//
//	Should:  outlive whoever started it, whatever signal they get.
//	Mustn't: remove what isn't a placeholder by its mode, or anything while another
//	         sandbox has a lock on the project.

// Sweeper is one that was started. It waits for pid 1 from the moment that it is told of
// one, or for the end of this process.
type Sweeper struct{ pid, socket int }

// Watch tells it of pid 1, and lets it go.
func (s *Sweeper) Watch(pidfd int) error {
	err := unix.Sendmsg(s.socket, []byte{0}, unix.UnixRights(pidfd), nil, unix.MSG_NOSIGNAL)
	unix.Close(s.socket)
	return err
}

// Wait waits until it is done, which is soon after pid 1's end.
func (s *Sweeper) Wait() {
	for {
		if _, err := unix.Wait4(s.pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

// Dismiss ends it: there is no pid 1, and nothing to clean up.
func (s *Sweeper) Dismiss() {
	unix.Kill(s.pid, unix.SIGKILL) // nobody else waits for it: the number is still its own
	s.Wait()
	unix.Close(s.socket)
}

// sweeperName is its argv[0], for those who find it in a list of processes.
const sweeperName = "snug: keeps names in the project free"

// sweeperArgs are its arguments. The descriptors are bytes, and none of them NUL.
func sweeperArgs(dir, other int, socket string, names []string) []string {
	return append([]string{sweeperName, string([]byte{byte(dir + 1), byte(other + 1)}) + socket}, names...)
}

// highestSwept is the highest descriptor that a byte can say.
const highestSwept = 253

# What --allow-userns adds: the means by which a command makes a sandbox of its own, as
# bubblewrap, podman, browsers and this program do. Put in front of default.profile, so that
# it wins; all else stays.
#
# Whoever uses this opens much more of the kernel: with namespaces come capabilities in
# them, and with these the code that CVE-2022-0185, CVE-2023-0386 and CVE-2024-1086 were in.

# Namespaces. clone3 too: there is nothing left to hide in its flags.
allow clone clone3 unshare setns

# A file system of one's own, by the old calls and the new.
allow mount umount umount2 pivot_root
allow fsopen fsconfig fsmount fspick move_mount mount_setattr open_tree open_tree_attr
# Mounts are listed by these where there are very many.
allow statmount listmount
# A whiteout of overlayfs is device 0:0, which the kernel lets everybody make. fuse-overlayfs
# and image unpackers need it.
allow mknod if int1 & S_IFMT == S_IFCHR and int2 == 0
allow mknodat if int2 & S_IFMT == S_IFCHR and int3 == 0

# The name of a UTS namespace of one's own.
allow sethostname setdomainname

# Filter programs of sandboxes in here are the seccomp call's, which is allowed anyway. bpf,
# keys, io_uring and all that reaches the machine stay refused.

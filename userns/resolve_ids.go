package userns

import (
	"golang.org/x/sys/unix"

	"snug/idmap"
	"snug/userns/caps"
)

// resolveIDs chooses the maps.
func resolveIDs(p *Plan, spec *Spec, h *Host) (err error) {
	switch spec.IDs {
	case MapSelf:
		p.UIDs, p.GIDs = idmap.Single(h.UID, h.UID), idmap.Single(h.GID, h.GID)
	case MapRoot:
		p.UIDs, p.GIDs = idmap.Single(0, h.UID), idmap.Single(0, h.GID)
	case MapAuto:
		if p.UIDs, err = idmap.Auto(h.UID, h.SubUIDs); err != nil {
			return err
		}
		p.GIDs, err = idmap.Auto(h.GID, h.SubGIDs)
	case MapIDs:
		err = customIDs(p, spec, h)
	}
	p.HelpUIDs = p.UIDs.NeedsHelper(h.UID)
	p.HelpGIDs = p.GIDs.NeedsHelper(h.GID)
	return err
}

// customIDs takes the maps of spec. The map that wasn't given follows the other:
// one's own id, to root if the other has a root.
func customIDs(p *Plan, spec *Spec, h *Host) error {
	p.UIDs, p.GIDs = spec.UIDs, spec.GIDs
	if len(p.UIDs) == 0 {
		p.UIDs = alike(p.GIDs, h.UID)
	}
	if len(p.GIDs) == 0 {
		p.GIDs = alike(p.UIDs, h.GID)
	}
	if err := grants(p.UIDs, "user", h.UID, h.SubUIDs); err != nil {
		return err
	}
	return grants(p.GIDs, "group", h.GID, h.SubGIDs)
}

func alike(other idmap.Map, own uint32) idmap.Map {
	if _, root := other.ToOuter(0); root {
		return idmap.Single(0, own)
	}
	return idmap.Single(own, own)
}

// grants checks that m can be written, and that it has a place for the caller:
// without one he would be nobody inside, owner of nothing.
func grants(m idmap.Map, what string, own uint32, sub []idmap.Range) error {
	if _, mapped := m.ToInner(own); !mapped {
		return &Error{Do: "map ids", On: m.String(), Err: unix.EINVAL,
			Why: "your own " + what + " id, " + utoa(own) + ", is not in the map, so the command could own no file",
			Fix: "add it, for example as 0:" + utoa(own) + ":1"}
	}
	if !m.NeedsHelper(own) {
		return nil
	}
	return m.CheckGrant(own, sub)
}

// resolveCaps chooses the capabilities.
func resolveCaps(p *Plan, spec *Spec, h *Host) (err error) {
	inner, _ := p.UIDs.ToInner(h.UID)
	base := caps.Set(0)
	if inner == 0 && h.UID != 0 || spec.IDs == MapRoot || spec.IDs == MapAuto {
		base = caps.Container
	}
	p.Caps, err = caps.Adjust(base, spec.AddCaps, spec.DropCaps)
	p.Ambient = inner != 0 && p.Caps != 0
	if err == nil && p.Caps&caps.SysAdmin != 0 {
		err = &Error{Do: "add capability", On: "CAP_SYS_ADMIN", Err: unix.EPERM,
			Why: "with it the command could take apart the mounts that confine it",
			Fix: "name the capabilities it needs; for mounts of its own let it make a user namespace (--allow-userns)"}
	}
	if err == nil && p.Caps&caps.SysResource != 0 && !spec.AllowUserns {
		err = &Error{Do: "add capability", On: "CAP_SYS_RESOURCE", Err: unix.EPERM,
			Why: "with it the command could raise the limit that forbids user namespaces inside",
			Fix: "leave it out (--cap-drop SYS_RESOURCE), or allow them: --allow-userns"}
	}
	return err
}

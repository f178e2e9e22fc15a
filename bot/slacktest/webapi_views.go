package slacktest

func viewMethods() map[string]method {
	return map[string]method{
		"views.open":    {perMinute: tier4, run: (*webAPI).viewsOpen},
		"views.push":    {perMinute: tier4, run: (*webAPI).viewsPush},
		"views.update":  {perMinute: tier4, run: (*webAPI).viewsUpdate},
		"views.publish": {perMinute: tier4, run: (*webAPI).viewsPublish},
	}
}

// viewsOpen is https://docs.slack.dev/reference/methods/views.open. It starts a new stack.
func (a *webAPI) viewsOpen(c call) (object, *apiError) {
	sent, err := readView(c.params, "modal")
	if err != nil {
		return nil, err
	}
	if a.ws.views.hasExternalID(sent, nil) {
		return nil, failed("duplicate_external_id")
	}
	t, err := a.ws.useTrigger(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	v := a.ws.newView(t.user, sent)
	a.ws.views.stacks[t.user] = []*View{v}
	return object{"view": v.json()}, nil
}

// viewsPush is https://docs.slack.dev/reference/methods/views.push. The trigger must be from an interaction in the open
// modal.
func (a *webAPI) viewsPush(c call) (object, *apiError) {
	sent, err := readView(c.params, "modal")
	if err != nil {
		return nil, err
	}
	if a.ws.views.hasExternalID(sent, nil) {
		return nil, failed("duplicate_external_id")
	}
	t, err := a.ws.useTrigger(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	if top := a.ws.views.top(t.user); t.view == "" || top == nil {
		return nil, failed("not_found")
	}
	v := a.ws.newView(t.user, sent)
	if err := a.ws.views.push(v); err != nil {
		return nil, err
	}
	return object{"view": v.json()}, nil
}

// viewsUpdate is https://docs.slack.dev/reference/methods/views.update. With a hash it updates only the version that
// the app has seen.
func (a *webAPI) viewsUpdate(c call) (object, *apiError) {
	v := a.ws.views.find(c.str("view_id"), c.str("external_id"))
	if v == nil {
		return nil, failed("not_found")
	}
	sent, err := readView(c.params, v.Type)
	switch hash := c.str("hash"); {
	case err != nil:
		return nil, err
	case hash != "" && hash != v.Hash:
		return nil, failed("hash_conflict")
	case a.ws.views.hasExternalID(sent, v):
		return nil, failed("duplicate_external_id")
	}
	v.setContent(sent)
	return object{"view": v.json()}, nil
}

// viewsPublish is https://docs.slack.dev/reference/methods/views.publish.
func (a *webAPI) viewsPublish(c call) (object, *apiError) {
	sent, err := readView(c.params, "home")
	if err != nil {
		return nil, err
	}
	user := c.str("user_id")
	if a.ws.user(user) == nil {
		return nil, invalidPayload("invalid_arguments", object(c.params), "[ERROR] user_not_found [json-pointer:/user_id]")
	}
	home := a.ws.views.homes[user]
	if home == nil {
		home = a.ws.newView(user, sent)
		a.ws.views.homes[user] = home
		return object{"view": home.json()}, nil
	}
	if hash := c.str("hash"); hash != "" && hash != home.Hash {
		return nil, failed("hash_conflict")
	}
	home.setContent(sent)
	return object{"view": home.json()}, nil
}

// readView reads and validates the view argument, which must be of the given type.
func readView(p params, kind string) (object, *apiError) {
	value, err := p.value("view")
	if err != nil || value == nil {
		return nil, invalidPayload("invalid_arguments", object(p), "[ERROR] missing required field: view [json-pointer:/view]")
	}
	if err := validateView(value); err != nil {
		return nil, err
	}
	sent := value.(object)
	if str(sent, "type") != kind {
		return nil, invalidPayload("invalid_arguments", value, "[ERROR] must be a valid enum value [json-pointer:/view/type]")
	}
	return sent, nil
}

// hasExternalID reports whether another view already has the external_id.
func (m *openViews) hasExternalID(sent object, except *View) bool {
	id := str(sent, "external_id")
	other := m.find("", id)
	return id != "" && other != nil && other != except
}

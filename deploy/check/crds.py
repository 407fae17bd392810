"""Schemas of the kinds that Kubernetes does not have itself, as far as deploy/k8s uses them;
strict, so that a field that is not here is either misspelt or is to be looked up and added.

Sources: kedacore/keda `config/crd/bases/keda.sh_scaledobjects.yaml`,
`keda.sh_triggerauthentications.yaml` and `pkg/scalers/redis_scaler.go` (2.14 to 2.17);
prometheus-operator `example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml` and
`monitoring.coreos.com_prometheusrules.yaml`.
"""

from __future__ import annotations

from deploy.check.schemas import Schema, closed

WORD: Schema = {"type": "string", "minLength": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
#: KEDA takes the metadata of a trigger as strings.
NUMBER: Schema = {"type": "string", "pattern": r"^\d+$"}
DURATION: Schema = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}


def several(what: Schema) -> Schema:
    return {"type": "array", "items": what, "minItems": 1}


def kind(api_version: str, name: str, spec: Schema) -> Schema:
    words = {"type": "object", "additionalProperties": WORD}
    metadata = closed({"name": WORD}, {"namespace": WORD, "labels": words, "annotations": words})
    return closed(
        {
            "apiVersion": {"const": api_version},
            "kind": {"const": name},
            "metadata": metadata,
            "spec": spec,
        }
    )


_KEY = closed({"name": WORD, "key": WORD})
_POLICY = closed(
    {
        "type": {"enum": ["Pods", "Percent"]},
        "value": {"type": "integer", "minimum": 1},
        "periodSeconds": {"type": "integer", "minimum": 1, "maximum": 1800},
    }
)
_RULES = closed(
    {},
    {
        "stabilizationWindowSeconds": {"type": "integer", "minimum": 0, "maximum": 3600},
        "selectPolicy": {"enum": ["Max", "Min", "Disabled"]},
        "policies": several(_POLICY),
    },
)
_REDIS = closed(
    {"listName": WORD},
    {
        "address": WORD,
        "listLength": NUMBER,
        "activationListLength": NUMBER,
        "databaseIndex": NUMBER,
        "enableTLS": {"enum": ["true", "false"]},
        "unsafeSsl": {"enum": ["true", "false"]},
    },
)
_TRIGGER = closed(
    {"type": {"const": "redis"}, "metadata": _REDIS},
    {"name": WORD, "authenticationRef": closed({"name": WORD}, {"kind": WORD})},
)
_SCALED = closed(
    {"scaleTargetRef": closed({"name": WORD}), "triggers": several(_TRIGGER)},
    {
        "pollingInterval": COUNT,
        "cooldownPeriod": COUNT,
        "minReplicaCount": COUNT,
        "maxReplicaCount": COUNT,
        "advanced": closed(
            {},
            {
                "restoreToOriginalReplicaCount": {"type": "boolean"},
                "horizontalPodAutoscalerConfig": closed(
                    {},
                    {
                        "name": WORD,
                        "behavior": closed({}, {"scaleUp": _RULES, "scaleDown": _RULES}),
                    },
                ),
            },
        ),
    },
)
#: Parameters that the scaler of Redis takes from an authentication.
_PARAMETERS = ["address", "host", "port", "username", "password", "tls", "ca", "cert", "key"]
_AUTHENTICATION = closed(
    {
        "secretTargetRef": several(
            closed({"parameter": {"enum": _PARAMETERS}, "name": WORD, "key": WORD})
        )
    }
)
_RELABELLED = closed({"targetLabel": WORD}, {"sourceLabels": several(WORD), "replacement": WORD})
_MONITORED = closed(
    {
        "selector": closed({"matchLabels": {"type": "object", "additionalProperties": WORD}}),
        "podMetricsEndpoints": several(
            closed(
                {"port": WORD},
                {
                    "path": WORD,
                    "interval": DURATION,
                    "scrapeTimeout": DURATION,
                    "relabelings": several(_RELABELLED),
                },
            )
        ),
    }
)
_WORDS: Schema = {"type": "object", "additionalProperties": WORD}
_ALERT = closed(
    {"alert": WORD, "expr": WORD}, {"for": DURATION, "labels": _WORDS, "annotations": _WORDS}
)
_RULED = closed({"groups": several(closed({"name": WORD, "rules": several(_ALERT)}))})

_KEDA, _PROMETHEUS = "keda.sh/v1alpha1", "monitoring.coreos.com/v1"
#: (apiVersion, kind) -> its schema.
CRDS: dict[tuple[str, str], Schema] = {
    (_KEDA, "ScaledObject"): kind(_KEDA, "ScaledObject", _SCALED),
    (_KEDA, "TriggerAuthentication"): kind(_KEDA, "TriggerAuthentication", _AUTHENTICATION),
    (_PROMETHEUS, "PodMonitor"): kind(_PROMETHEUS, "PodMonitor", _MONITORED),
    (_PROMETHEUS, "PrometheusRule"): kind(_PROMETHEUS, "PrometheusRule", _RULED),
}

"""What is held of the files of the deployment, without a network, an engine or a cluster.

    python -m deploy.check

    docker-compose.yml   by Compose: the specification's JSON schema, then what is referred to
    deploy/Dockerfile    by hadolint; shell scripts by ShellCheck
    deploy/policies      against the schema of a policy and the permissions that there are
    deploy/k8s           every overlay with every set of components: rendered by kubectl, then held
                         against the schemas of Kubernetes and KEDA and against our own settings
    deploy/monitoring    rules and dashboards: each expression parsed, each metric one that
                         workers/metrics.py declares

Each module has a function that takes files and gives complaints, a sentence each; none: it holds.
The programs come from wheels of the extra `dev`.
"""

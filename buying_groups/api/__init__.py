"""The API of buying groups. Resources are `accounts.api.base.ApiViewSet`s; each calls one service an action."""
